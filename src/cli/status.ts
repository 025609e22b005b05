/**
 * `status`: what every channel is doing, as a table for people or as the engine's own JSON. It reads the HTTP
 * snapshots, so it works while a channel hangs, and asks nothing of any channel.
 */
import { z } from 'zod';
import { CLIENT_EXIT, type CliIo, printable } from './client.js';

const DEADLINE_MS = 5_000;
const HANDLE_LIMIT = 40;

export interface StatusOptions {
  /** The engine's HTTP address, `HOST:PORT`. */
  readonly httpAddress: string;
  /** Print the snapshots as the engine gives them instead. */
  readonly json: boolean;
}

// Only what the table shows: an engine of another minor version may say more.
const rowSchema = z.object({
  channelId: z.number(),
  state: z.string(),
  detail: z.string(),
  planHandle: z.string(),
  airing: z.string().nullable(),
  bufferDepthFrames: z.number(),
  queueFrames: z.number(),
  consumers: z.number(),
  port: z.number(),
  counters: z.object({ ticksMissed: z.number() }),
});

/** Prints all channels. Exit code 0 when the engine answered, whatever its channels do; 69 when it did not. */
export async function runStatus(options: StatusOptions, io: CliIo): Promise<number> {
  const url = `http://${options.httpAddress}/channels`;
  let body: unknown;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    body = await response.json();
  } catch (error) {
    return unavailable(options, io, reasonOf(error));
  }
  const channels = z.array(rowSchema).safeParse(body);
  if (!channels.success) return unavailable(options, io, 'what answers there is not a playout engine');

  if (options.json) io.stdout.write(`${JSON.stringify(body)}\n`);
  else if (channels.data.length === 0) io.stdout.write('no channels\n');
  else io.stdout.write(table(channels.data.map(row)));
  return CLIENT_EXIT.success;
}

const HEADER = ['CHANNEL', 'STATE', 'PLAN', 'AIRING', 'QUEUE', 'LATE TICKS', 'CONSUMERS', 'PORT', 'WHY'];

function row(channel: z.infer<typeof rowSchema>): string[] {
  const { planHandle } = channel;
  return [
    `${channel.channelId}`,
    channel.state,
    planHandle.length > HANDLE_LIMIT ? `${planHandle.slice(0, HANDLE_LIMIT)}…` : planHandle || '-',
    channel.airing ?? '-',
    `${channel.bufferDepthFrames}/${channel.queueFrames}`,
    `${channel.counters.ticksMissed}`,
    `${channel.consumers}`,
    channel.port === 0 ? '-' : `${channel.port}`,
    channel.detail,
  ].map(printable);
}

function table(rows: readonly string[][]): string {
  const lines = [HEADER, ...rows];
  const widths = HEADER.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** fetch says only "fetch failed"; why it did is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  // Several addresses tried: the message of an AggregateError is empty, its code is not.
  return cause.message || ('code' in cause ? String(cause.code) : error.message);
}

function unavailable(options: StatusOptions, io: CliIo, reason: string): number {
  const message = `no playout engine answers at http://${options.httpAddress} (${reason}): start it with "retrovue-playout serve", or name its address with --http HOST:PORT`;
  if (options.json) io.stdout.write(`${JSON.stringify({ error_message: message })}\n`);
  else io.stderr.write(`${printable(message)}\n`);
  return CLIENT_EXIT.unavailable;
}
