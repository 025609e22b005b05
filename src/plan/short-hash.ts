/** The identity of a plan's content, as shown and compared. */
import type { Hash } from 'node:crypto';

/** 16 hexadecimal digits tell any two plans apart that will ever share a handle. */
export function shortHash(hash: Hash): string {
  return hash.digest('hex').slice(0, 16);
}
