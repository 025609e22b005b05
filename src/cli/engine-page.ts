/** Reads a page of the engine's HTTP server, for commands that only look: none of them asks anything of a channel. */
import { z } from 'zod';
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { readSnapshotForm } from '../observe/snapshot-schema.js';
import { CLIENT_EXIT, type CliIo, printable } from './cli-io.js';

const DEADLINE_MS = 5_000;

/** There is no engine to be read, or not one that this command line understands. */
export class NoEngineError extends Error {
  override readonly name = 'NoEngineError';
}

export interface EnginePage {
  readonly status: number;
  /** As the engine gave it; {@link readAs} says what it is. */
  readonly body: unknown;
}

/**
 * @param httpAddress `HOST:PORT`
 * @param mayFail statuses that are an answer, besides 200
 * @throws NoEngineError
 */
export async function readPage(
  httpAddress: string,
  path: string,
  mayFail: readonly number[] = [],
): Promise<EnginePage> {
  try {
    const response = await fetch(`http://${httpAddress}${path}`, {
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const { status } = response;
    if (!response.ok && !mayFail.includes(status)) throw new Error(`HTTP status ${status}`);
    return { status, body: await response.json() };
  } catch (error) {
    throw noEngine(httpAddress, reasonOf(error));
  }
}

/** @throws NoEngineError when it is not that, or of a version that is not understood here */
export function readAs<T>(form: z.ZodType<T>, body: unknown, httpAddress: string): T {
  const read = form.safeParse(body);
  if (read.success) return read.data;
  const version = versionOf(body);
  throw noEngine(
    httpAddress,
    version === undefined || version === 1
      ? 'what answers there is not a playout engine, or one of an older version'
      : `its snapshots are of version ${String(version)} and this command reads version 1, use the one of that engine`,
  );
}

export const readChannel: z.ZodType<ChannelView> = readSnapshotForm;
export const readChannels: z.ZodType<ChannelView[]> = z.array(readSnapshotForm);

function versionOf(body: unknown): unknown {
  const one: unknown = Array.isArray(body) ? body[0] : body;
  return typeof one === 'object' && one !== null && 'version' in one ? one.version : undefined;
}

/** fetch says only "fetch failed"; why it did is in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  // Several addresses tried: the message of an AggregateError is empty, its code is not.
  return cause.message || ('code' in cause ? String(cause.code) : error.message);
}

export function noEngine(httpAddress: string, reason: string): NoEngineError {
  return new NoEngineError(
    `no playout engine answers at http://${httpAddress} (${reason}): start it with "retrovue-playout serve", or name its address with --http HOST:PORT`,
  );
}

/** Tells of a failure, on stderr or as one line of JSON, and answers the exit code. */
export function tellFailure(message: string, code: number, json: boolean, io: CliIo): number {
  if (json) io.stdout.write(`${JSON.stringify({ error_message: message })}\n`);
  else io.stderr.write(`${printable(message)}\n`);
  return code;
}

/** Runs what reads pages; where there is no engine, says so and answers its exit code. */
export async function reading(json: boolean, io: CliIo, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof NoEngineError)) throw error;
    return tellFailure(error.message, CLIENT_EXIT.unavailable, json, io);
  }
}
