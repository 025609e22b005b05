/** Writes the table of codecs and containers into docs/plans.md: `npm run docs:assets`, with the ffmpeg that tests use. */
import { readFileSync, writeFileSync } from 'node:fs';
import { assetLab } from './asset-lab.js';
import { type Cell, CODEC_NAMES, judgeCodec } from './asset-matrix.js';
import { assetTable, TABLE_PAGE, withTable } from './asset-table.js';
import { testFfmpeg } from './ffmpeg.js';
import { tempDir } from './temp-dir.js';

const ffmpeg = await testFfmpeg();
const page = new URL(`../../${TABLE_PAGE}`, import.meta.url);
const cleanUps: (() => unknown)[] = [];
const lab = assetLab(ffmpeg, tempDir({ teardown: (run) => cleanUps.push(run) }));
try {
  const cells: Cell[] = [];
  for (const codec of CODEC_NAMES) cells.push(...(await judgeCodec(ffmpeg, lab, codec)));
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), assetTable(cells)));
} finally {
  for (const cleanUp of cleanUps) cleanUp();
}
