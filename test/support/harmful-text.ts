/** Code points that a terminal or a reader takes for something else than a character to be seen; from, to. */
const HARMFUL: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x61c, 0x61c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
];

/** Those in `text`, as numbers. */
export function harmfulIn(text: string): number[] {
  return [...text]
    .map((character) => character.codePointAt(0) ?? 0)
    .filter((code) => HARMFUL.some(([from, to]) => code >= from && code <= to));
}
