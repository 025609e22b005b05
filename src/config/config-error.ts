/**
 * ConfigError says that the engine cannot start as it is configured: which keys are wrong, where each of them was
 * set, and what would be right. Nothing is retried on it; the caller prints the message and exits with code 78.
 */
import { quoted } from '../quoted.js';

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** One sentence per problem, all of them at once: `file c.yaml: queue.frames: must be >= 1 (is 0)`. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options);
    this.problems = problems;
  }
}

/** A value of any kind as it appears in a message: on one line, escaped, cut short, without an address's credentials. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return 'empty';
  if (typeof value === 'string') return quoted(value.replace(/:\/\/[^/?#]*@/, '://…@'));
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a section with keys of its own' : String(value);
}
