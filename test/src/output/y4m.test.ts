/** The stream header, as players read it. */
import t from 'tap';
import { y4mHeader } from '../../../src/output/y4m.js';

t.test('the header names size, rate, progressive 4:2:0 and ends its line', async (t) => {
  const header = y4mHeader({ width: 1920, height: 1080, fpsNum: 30_000, fpsDen: 1001 }).toString('latin1');
  t.match(header, /^YUV4MPEG2 W1920 H1080 F30000:1001 Ip A1:1 C420mpeg2( X\S+)*\n$/);
});
