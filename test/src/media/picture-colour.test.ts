/** How ffmpeg's words about a stream become what a decoder must know of its samples. */
import t from 'tap';
import { pictureColour, usualMatrix } from '../../../src/media/picture-colour.js';

const of = (words: string) => pictureColour(`  Stream #0:0[0x1](und): Video: ${words}, 25 fps, 25 tbr`);
const plain = { matrix: 'bt601', fullRange: false, alpha: false, hdr: undefined } as const;

t.test('labels are believed, and what is not labelled is taken for what is usual of its size', async (t) => {
  t.same(of('h264 (High), yuv420p, 720x576 [SAR 16:15 DAR 4:3]'), plain);
  t.same(of('h264 (High), yuv420p(progressive), 1280x720'), { ...plain, matrix: 'bt709' });
  t.same(of('h264 (High) (avc1 / 0x31637661), yuv420p(tv, bt709, progressive), 320x180'), {
    ...plain,
    matrix: 'bt709',
  });
  t.same(of('h264 (High), yuv420p(tv, smpte170m/smpte170m/bt709), 1920x1080'), plain);
  t.same(of('mpeg2video (Main), yuv420p(tv, top first), 720x480'), plain);
  t.same(of('mjpeg (Baseline) (MJPG / 0x47504A4D), yuvj420p(pc, bt470bg/unknown/unknown), 1920x1080'), {
    ...plain,
    fullRange: true,
  });
  t.same(of('vp9 (Profile 0), yuv420p(pc), 1920x1080'), { ...plain, matrix: 'bt709', fullRange: true });
});

t.test('RGB, alpha and high dynamic range are told apart', async (t) => {
  t.same(of('png, rgb24(pc), 320x180'), { ...plain, matrix: undefined, fullRange: true });
  t.equal(of('ffv1, bgr0(pc, gbr/unknown/unknown, progressive), 320x180')?.matrix, undefined);
  for (const pixels of ['rgba(pc)', 'argb', 'gbrap12le', 'pal8(pc)', 'ya8(pc)']) {
    t.equal(of(`png, ${pixels}, 320x180`)?.alpha, true, pixels);
  }
  t.equal(of('prores (4444), yuva444p12le(tv, bt709), 320x180')?.alpha, true);
  for (const pixels of ['yuv444p10le', 'bgr0', 'gray', 'yuv420p']) {
    t.equal(of(`ffv1, ${pixels}, 320x180`)?.alpha, false, pixels);
  }
  const wide = 'hevc (Main 10), yuv420p10le(tv, bt2020nc/bt2020';
  t.same(of(`${wide}/smpte2084), 3840x2160`), { ...plain, matrix: 'bt2020', hdr: 'smpte2084' });
  t.equal(of(`${wide}/arib-std-b67, progressive), 3840x2160`)?.hdr, 'arib-std-b67');
  t.equal(of(`${wide}/bt709), 3840x2160`)?.hdr, undefined);
  t.equal(of('none, none'), undefined);
});

t.test('up to 576 lines it is BT.601, above it is BT.709', async (t) => {
  t.equal(usualMatrix({ width: 1024, height: 576 }), 'bt601');
  t.equal(usualMatrix({ width: 1280, height: 544 }), 'bt709');
  t.equal(usualMatrix({ width: 1280, height: 720 }), 'bt709');
});
