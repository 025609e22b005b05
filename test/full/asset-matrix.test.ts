/** Codecs and containers: every frame of each, also from a position within, by the numbers painted in the pictures. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { assetLab } from '../support/asset-lab.js';
import { CODEC_NAMES, judgeCodec } from '../support/asset-matrix.js';
import { TABLE_PAGE, toldOf, WORDS } from '../support/asset-table.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { tempDir } from '../support/temp-dir.js';

const ffmpeg = await testFfmpeg();
const lab = assetLab(ffmpeg, tempDir(t));
const page = readFileSync(new URL(`../../${TABLE_PAGE}`, import.meta.url), 'utf8');

for (const codec of CODEC_NAMES) {
  t.test(
    `${codec} comes out frame by frame, whatever the container, and ${TABLE_PAGE} says so`,
    async (t) => {
      for (const { container, outcome } of await judgeCodec(ffmpeg, lab, codec)) {
        const told = toldOf(page, codec, container);
        // What one ffmpeg made when the page was written, another may not be able to.
        const skip = outcome === 'absent' && told !== WORDS.absent && 'this ffmpeg cannot make it';
        t.ok(outcome in WORDS, `${codec} in ${container}: ${outcome}`, { skip });
        t.equal(
          told,
          (WORDS as Readonly<Record<string, string>>)[outcome],
          `as the page says of ${codec} in ${container}`,
          { skip },
        );
      }
    },
  );
}
