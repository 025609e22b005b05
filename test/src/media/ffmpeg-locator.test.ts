/** Which ffmpeg is taken, and what is said when there is none. */
import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import {
  type FfmpegCandidate,
  FfmpegNotFoundError,
  type FfmpegSource,
  findFfmpeg,
  firstProven,
} from '../../../src/media/ffmpeg-locator.js';
import { testFfmpeg } from '../../support/ffmpeg.js';
import { tempDir } from '../../support/temp-dir.js';

const real = await testFfmpeg();
const folder = tempDir(t);

const script = (name: string, body: string, mode = 0o755): string => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode });
  return path;
};
const candidate = (source: FfmpegSource, path: string | undefined) => async (): Promise<FfmpegCandidate> =>
  path === undefined ? { source, path, absence: 'nothing there' } : { source, path };

/** Makes clips as the real one does, and crashes when it meets one: some builds do. */
const crashing = script(
  'crashing',
  `case " $* " in *" pipe:0 "*) kill -SEGV $$;; *) exec '${real.path}' "$@";; esac`,
);
/** What it decodes goes through another program. */
const piped = (name: string, into: string) =>
  script(
    name,
    `case " $* " in *" pipe:0 "*) '${real.path}' "$@" | ${into};; *) exec '${real.path}' "$@";; esac`,
  );
const short = piped('short', 'head -c 100000');
const beheaded = piped('beheaded', 'tail -c +2');
const noFfmpeg = script('no-ffmpeg', 'echo "I am something else" >&2; exit 3');
const notExecutable = script('not-executable', 'exit 0', 0o644);

t.test('the one found here has proven itself, and its version is its own word', async (t) => {
  t.match(real, { path: /^\//, version: /\d/ });
  t.equal(real.fitForProduction, !real.path.includes('@ffmpeg-installer'), 'however it was found');
});

t.test('a good explicit binary is taken, and nothing is left in the temporary folder', async (t) => {
  const before = readdirSync(tmpdir());
  const found = await findFfmpeg({ explicit: real.path });
  const { path, version, fitForProduction } = real;
  t.match(
    found,
    { path, version, source: 'explicit', fitForProduction },
    'the fallback is no fitter for being named',
  );
  const leftByFfmpeg = readdirSync(tmpdir()).filter((name) => !before.includes(name) && /ffmpeg/i.test(name));
  t.same(leftByFfmpeg, []);
});

t.test('an unusable explicit binary is an error, and no other is looked for', async (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [join(folder, 'gone'), /gone", cannot be used: it does not exist or is not executable/],
    [notExecutable, /does not exist or is not executable \(chmod \+x/],
    [noFfmpeg, /is not ffmpeg, or did not start: exit code 3, "I am something else"/],
    [folder, /is not ffmpeg, or did not start/],
    [crashing, /is version \S+, which could not decode a short MPEG-TS clip: crashed \(SIGSEGV\)/],
    [short, /which decoded a short MPEG-TS clip to 100000 bytes instead of \d+/],
    [beheaded, /which for a short MPEG-TS clip wrote something else than pictures/],
    ['no-such-name-anywhere', /"no-such-name-anywhere" is not on PATH/],
    ['', /empty string/],
    ['evil\nname', /"evil\\nname"/],
  ];
  for (const [explicit, says] of cases) {
    await t.rejects(findFfmpeg({ explicit }), { name: 'FfmpegNotFoundError', message: says });
    await t.rejects(findFfmpeg({ explicit }), { message: /--ffmpeg or FFMPEG_BIN/ });
  }
});

t.test(
  'the first candidate that proves itself is taken, and the others are told with their reasons',
  async (t) => {
    const found = await firstProven([
      candidate('ffmpeg-static', crashing),
      candidate('path', undefined),
      candidate('development-fallback', real.path),
    ]);
    t.match(found, { path: real.path, source: 'development-fallback', fitForProduction: false });
    t.equal(found.rejected.length, 1);
    t.match(found.rejected[0], { path: crashing, reason: /crashed \(SIGSEGV\)/ });
  },
);

t.test('candidates behind the one taken are not looked at', async (t) => {
  const found = await firstProven([
    candidate('path', real.path),
    () => {
      throw new Error('looked at');
    },
  ]);
  t.match(found, { source: 'path', fitForProduction: true, rejected: [] });
});

t.test('where there is none, one message says what to do and what was tried', async (t) => {
  const none = firstProven([
    candidate('ffmpeg-static', notExecutable),
    candidate('path', undefined),
    candidate('development-fallback', noFfmpeg),
  ]);
  const error = await none.catch((reason: unknown) => reason);
  if (!(error instanceof FfmpegNotFoundError)) throw new Error('it was found');
  for (const words of [
    /^No usable ffmpeg was found/,
    /install ffmpeg/,
    /--ffmpeg PATH or FFMPEG_BIN=PATH/,
    /ffmpeg-static's download/,
    /ffmpeg-static: "[^"]*not-executable" does not exist or is not executable/,
    /path: nothing there/,
    /development-fallback: "[^"]*no-ffmpeg" is not ffmpeg/,
  ]) {
    t.match(error.message, words);
  }
});
