/** What all commands have in common: where they print, how they end, and how they print what others wrote. */
import { writtenOut } from '../invisible.js';
import type { OutputStream } from './terminal.js';

/** Where a command prints; `process` is one. */
export interface CliIo {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** What of it there is to know: `NO_COLOR`, `TERM`. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The exit codes of the client commands. `notReady`: there was an answer, and something is wrong on a channel.
 * `unavailable` is EX_UNAVAILABLE of sysexits.
 */
export const CLIENT_EXIT = { success: 0, failure: 1, notReady: 2, unavailable: 69 } as const;

/** Text from elsewhere, made safe for a terminal: nothing in it moves the cursor or starts a new line. */
export function printable(text: string): string {
  return writtenOut(text);
}
