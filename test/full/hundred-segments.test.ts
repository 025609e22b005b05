/** A hundred segments of a second each on a real engine: each airs its thirty frames, and nothing lies between them. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import tap, { test } from 'tap';
import { engineIn } from '../support/engine-process.js';
import { testFfmpeg } from '../support/ffmpeg.js';
import { paintMedia, readFrameNumber } from '../support/painted-media.js';
import { READER_MAY_LAG } from '../support/station.js';
import { tempDir } from '../support/temp-dir.js';
import { connectY4m } from '../support/y4m-reader.js';

const FPS = 30;
const FILMS = ['a.mp4', 'b.mkv'];
const FILM_SECONDS = 30;
const FIRST_OF_FILM = 2000;
/** Ahead of the call by so much that a Renderer is there for the first frame. */
const STARTS_IN_MS = 5000;

const folder = tempDir(tap);
const ffmpeg = await testFfmpeg();
for (const [i, name] of FILMS.entries()) {
  const frames = FILM_SECONDS * FPS;
  await paintMedia(ffmpeg, { path: path.join(folder, name), frames, firstNumber: i * FIRST_OF_FILM });
}
const engine = await engineIn(tap, folder, { environment: READER_MAY_LAG });

test('100 segments of a second each, from two films, at other places each time', async (t) => {
  const segments = Array.from({ length: 100 }, (_, i) => ({
    film: i % 2,
    second: (i * 7) % (FILM_SECONDS - 1),
  }));
  const wanted = segments.flatMap(({ film, second }) =>
    Array.from({ length: FPS }, (_, frame) => film * FIRST_OF_FILM + second * FPS + frame),
  );
  const plan = {
    plan_id: 'hundred',
    start_utc_ms: Date.now() + STARTS_IN_MS,
    segments: segments.map(({ film, second }) => ({
      asset_uri: FILMS[film],
      asset_start_offset_ms: second * 1000,
      segment_duration_ms: 1000,
    })),
  };
  await writeFile(path.join(folder, 'hundred.json'), JSON.stringify(plan));
  const { port } = await engine.client.startChannel({ channelId: 1, planHandle: 'hundred', port: 0 });
  const renderer = connectY4m(port);
  const numberOf = ({ planes }: { planes: Buffer }) => readFrameNumber(planes, 320, 180);
  t.equal(numberOf((await renderer.frames(1))[0] as { planes: Buffer }), undefined, 'slate before the plan');
  const seen: (number | undefined)[] = [
    numberOf(await renderer.until((each) => numberOf(each) !== undefined)),
  ];
  while (seen.length < wanted.length)
    seen.push(...(await renderer.frames(FPS)).map(numberOf).slice(0, wanted.length - seen.length));
  const wrong = wanted.findIndex((number, i) => seen[i] !== number);
  t.equal(
    wrong,
    -1,
    `frame ${wrong}: ${seen.slice(wrong - 2, wrong + 3)} for ${wanted.slice(wrong - 2, wrong + 3)}`,
  );
  const { counters } = await engine.snapshotWhere(1, ({ airing }) => airing === 'slate' || airing === 'pad');
  t.equal(counters.framesAired.content, wanted.length);
  t.equal(counters.framesAired.hold, 0);
  renderer.close();
});
