/**
 * The header of what a decoder writes: the first line of a YUV4MPEG2 stream, which tells how large its pictures are.
 */
import type { Format } from '../../supervisors/channel/format.js';

/** What is wrong with a stream that begins with this line: a clause whose subject is its writer. Undefined: nothing. */
export function headerFault(line: string, { width, height }: Format): string | undefined {
  const size = /^YUV4MPEG2 W(\d+) H(\d+) (?:.* )?C420/.exec(line);
  if (size === null) return 'wrote something else than pictures';
  const [, wide, high] = size.map(Number);
  if (wide === width && high === height) return undefined;
  return `wrote pictures of ${wide}x${high} instead of ${width}x${height}`;
}
