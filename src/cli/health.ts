/** `health`: whether the engine turns, by exit code, for probes that run a command, such as a container's. */
import { CLIENT_EXIT, type CliIo } from './cli-io.js';
import { noEngine, reading, reasonOf, tellFailure } from './engine-page.js';

const DEADLINE_MS = 5_000;
/** Of what it says is wrong, no more is told: something else may answer there. */
const MAX_REASON_CHARS = 500;

export interface HealthOptions {
  readonly httpAddress: string;
  /** Ask `/readyz`: whether it takes calls. */
  readonly ready: boolean;
  readonly json: boolean;
}

/**
 * Asks `/healthz`, or with `ready` `/readyz`, and prints what is wrong if something is. What the channels do does not
 * matter: an engine is not to be restarted because one of them airs slate.
 *
 * @returns 0 if all is well, 1 if the engine says otherwise, 69 if none answers
 */
export function runHealth({ httpAddress, ready, json }: HealthOptions, io: CliIo): Promise<number> {
  return reading(json, io, async () => {
    const url = `http://${httpAddress}/${ready ? 'readyz' : 'healthz'}`;
    const { ok, status, text } = await ask(url).catch((error: unknown) => {
      throw noEngine(httpAddress, reasonOf(error));
    });
    if (!ok) {
      const reason = text.trim().slice(0, MAX_REASON_CHARS);
      return tellFailure(`${url} answers with status ${status}: ${reason}`, CLIENT_EXIT.failure, json, io);
    }
    if (json) io.stdout.write(`${JSON.stringify({ error_message: '' })}\n`);
    return CLIENT_EXIT.success;
  });
}

async function ask(url: string): Promise<{ ok: boolean; status: number; text: string }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) });
  return { ok: response.ok, status: response.status, text: await response.text() };
}
