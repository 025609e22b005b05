/**
 * `status`: what every channel is doing, as a table, or everything about one; or the engine's own JSON of either. It
 * reads the HTTP snapshots, so it works while a channel hangs, and asks nothing of any channel.
 */
import { channelPage } from './channel-page.js';
import { channelTable } from './channel-table.js';
import { exitCodeOf } from './channel-words.js';
import { CLIENT_EXIT, type CliIo } from './cli-io.js';
import { readAs, readChannel, readChannels, reading, readPage, tellFailure } from './engine-page.js';
import { terminalOf } from './terminal.js';

export interface StatusOptions {
  /** The engine's HTTP address, `HOST:PORT`. */
  readonly httpAddress: string;
  /** Undefined: all. */
  readonly channelId?: number | undefined;
  /** Print what the engine gives instead. */
  readonly json: boolean;
}

/**
 * Prints it. Exit code 0 when no channel is wrong, 2 when one is; 1 when there is no such channel, 69 when there is no
 * engine.
 */
export function runStatus(options: StatusOptions, io: CliIo): Promise<number> {
  const { channelId, json } = options;
  return reading(json, io, () =>
    channelId === undefined ? statusOfAll(options, io) : statusOfOne(channelId, options, io),
  );
}

async function statusOfAll({ httpAddress, json }: StatusOptions, io: CliIo): Promise<number> {
  const { body } = await readPage(httpAddress, '/channels');
  const channels = readAs(readChannels, body, httpAddress);
  if (json) io.stdout.write(`${JSON.stringify(body)}\n`);
  else io.stdout.write(channelTable(channels, terminalOf(io.stdout, io.env)));
  return exitCodeOf(channels);
}

async function statusOfOne(
  channelId: number,
  { httpAddress, json }: StatusOptions,
  io: CliIo,
): Promise<number> {
  const { status, body } = await readPage(httpAddress, `/channels/${channelId}`, [400, 404]);
  if (status !== 200) return tellFailure(errorOf(body), CLIENT_EXIT.failure, json, io);
  const channel = readAs(readChannel, body, httpAddress);
  if (json) io.stdout.write(`${JSON.stringify(body)}\n`);
  else io.stdout.write(channelPage(channel, terminalOf(io.stdout, io.env)));
  return exitCodeOf([channel]);
}

/** The reason in an error page. */
function errorOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'error' in body
    ? String(body.error)
    : 'no such channel';
}
