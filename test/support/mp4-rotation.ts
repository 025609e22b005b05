/** Turns a phone's picture: the matrix for a quarter to the right, written into an mp4's only track header by hand. */

/** @param bytes the whole file, changed in place */
export function turnInPlace(bytes: Buffer): void {
  const matrix = Buffer.alloc(36);
  [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000].forEach((value, index) => {
    matrix.writeInt32BE(value, index * 4);
  });
  // Behind the box's name: version, times, ids, layer and volume of a version 0 header.
  matrix.copy(bytes, bytes.indexOf('tkhd') + 4 + 40);
}
