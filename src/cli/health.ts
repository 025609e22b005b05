/** `health`: whether the engine turns, by exit code, for probes that run a command, such as a container's. */
import { CLIENT_EXIT, type CliIo } from './cli-io.js';

const DEADLINE_MS = 5_000;

/**
 * Asks `/healthz`, or with `ready` `/readyz`, and prints what is wrong if something is. What the channels do does not
 * matter: an engine is not to be restarted because one of them airs slate.
 *
 * @returns 0 if all is well, 1 if the engine says otherwise, 69 if none answers
 */
export async function runHealth(
  options: { readonly httpAddress: string; readonly ready: boolean },
  io: CliIo,
): Promise<number> {
  const url = `http://${options.httpAddress}/${options.ready ? 'readyz' : 'healthz'}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) });
    // Let go of the connection, whatever it says.
    await response.body?.cancel();
    if (response.ok) return CLIENT_EXIT.success;
    io.stderr.write(`retrovue-playout: ${url} answers with status ${response.status}\n`);
    return CLIENT_EXIT.failure;
  } catch {
    io.stderr.write(`retrovue-playout: no playout engine answers at ${options.httpAddress}\n`);
    return CLIENT_EXIT.unavailable;
  }
}
