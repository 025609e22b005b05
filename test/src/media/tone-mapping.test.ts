/** What becomes of high dynamic range by what the ffmpeg at hand can do. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { filterChain } from '../../../src/media/filter-chain.js';
import { canToneMap } from '../../../src/media/tone-mapping.js';
import { tempDir } from '../../support/temp-dir.js';

const folder = tempDir(t);
const says = (name: string, ...lines: string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\ncat <<'END'\n${lines.join('\n')}\nEND\n`, { mode: 0o755 });
  return path;
};
const TONEMAP = ' .S. tonemap           V->V       Conversion to/from different dynamic ranges.';
const ZSCALE = ' .SC zscale            V->V       Apply resizing, colorspace and bit depth conversion.';

t.test('an ffmpeg can map when it has both filters', async (t) => {
  t.equal(await canToneMap(says('both', 'Filters:', TONEMAP, ZSCALE)), true);
  t.equal(await canToneMap(says('one', 'Filters:', TONEMAP)), false);
  t.equal(await canToneMap(join(folder, 'none')), false);
});

t.test('it is asked as a probe is: frames on air come first', async (t) => {
  const path = join(folder, 'nice');
  const script = `until [ "$(nice)" -ge 5 ]; do sleep 0.01; done; echo '${TONEMAP}'; echo '${ZSCALE}'`;
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  t.equal(await canToneMap(path), true);
});

t.test('what can be mapped is, and what cannot keeps at least its hues', async (t) => {
  const format = { width: 1280, height: 720, fpsNum: 30, fpsDen: 1 };
  const wide = { matrix: 'bt2020', fullRange: false, alpha: false } as const;
  const displaySize = { width: 3840, height: 2160 };
  t.match(
    filterChain(format, { displaySize, colour: { ...wide, hdr: 'smpte2084' } }),
    /tin=smpte2084.*tonemap=/,
  );
  const unmapped = filterChain(format, { displaySize, colour: { ...wide, hdr: undefined } });
  t.match(unmapped, /scale=1280:720:in_color_matrix=bt2020:out_color_matrix=bt709,format=yuv420p$/);
  t.notMatch(unmapped, /zscale|tonemap/);
});

t.test('a picture like the channel costs nothing more for being known', async (t) => {
  for (const [size, matrix] of [
    [{ width: 1280, height: 720 }, 'bt709'],
    [{ width: 640, height: 360 }, 'bt601'],
  ] as const) {
    const format = { ...size, fpsNum: 30, fpsDen: 1 };
    const colour = { matrix, fullRange: false, alpha: false, hdr: undefined };
    t.equal(filterChain(format, { displaySize: size, colour }), filterChain(format, { displaySize: size }));
  }
});
