/**
 * How every method of this server's services answers: in the body, with status OK and exactly one answer, whatever
 * the domain does. A client that hangs up cancels nothing, because half a command would leave a channel that nobody
 * asked for.
 */
import type { sendUnaryData } from '@grpc/grpc-js';
import type { CommandOutcome } from '../../supervisors/engine/channel-commands.js';
import { quoted } from '../quoted.js';
import type { Checked } from './requests.js';

/** The fields that all responses have in common. */
export interface Answer {
  readonly success: boolean;
  readonly error_message: string;
}

/** Told of every exception that a command threw although it promises not to, with the method's name. Must not throw. */
export type OnCallError = (error: unknown, during: string) => void;

/** Text that a strict client can decode: a lone surrogate would make the whole answer invalid UTF-8. */
export function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

export const failed = (errorMessage: string): Answer => ({
  success: false,
  error_message: wellFormed(errorMessage),
});

/** Runs method `during` and calls back with what it resolves to, or with the words for what it threw. */
export async function answer<T extends Answer>(
  during: string,
  onError: OnCallError,
  callback: sendUnaryData<T | Answer>,
  run: () => Promise<T | Answer>,
): Promise<void> {
  try {
    const result = await run();
    callback(null, { ...result, error_message: wellFormed(result.error_message) });
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    callback(null, failed(`${during} failed inside the engine: ${quoted(what)}; the engine's log has more`));
    onError(error, during);
  }
}

/** The answer to a request that has nothing to tell but its outcome: refused as it was checked, or carried out. */
export async function outcomeOf<T>(
  checked: Checked<T>,
  carryOut: (request: T) => Promise<CommandOutcome>,
): Promise<Answer> {
  if (!checked.ok) return failed(checked.errorMessage);
  const { success, errorMessage } = await carryOut(checked.request);
  return { success, error_message: errorMessage };
}
