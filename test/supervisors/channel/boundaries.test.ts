/** Boundaries between segments, many and small: every frame is there, none twice, none from anywhere else. */
import t from 'tap';
import { inlineChannel } from '../../support/inline-channel.js';

const SECOND = 30;

t.test('100 segments of a second each air exactly 100 seconds of frames', async (t) => {
  const segments = Array.from({ length: 100 }, (_, i) => [`s${i}`, SECOND] as const);
  const air = await inlineChannel(t, { plans: { p: { segments } } });
  await air.startAndAir('p');
  await air.run(103_000);
  const aired = segments.map(([asset]) => `${asset}@0..29`).join(' ');
  t.match(air.taken(), new RegExp(`^pad\\*\\d+ ${aired} pad\\*\\d+$`));
  t.equal(air.channel.stats.framesAired.content, 100 * SECOND);
  t.match(air.channel.stats, { bufferUnderruns: 0, decodeFailures: 0, ticksMissed: 0 });
});

t.test('a segment of a single frame is aired for its tick, between two others and at the end', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 60],
          ['still', 1],
          ['b', 60],
          ['last', 1],
        ],
      },
    },
  });
  await air.startAndAir('p');
  await air.run(6_000);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.59 still@0 b@0\.\.59 last@0 pad\*\d+$/);
});

t.test('a clip of a second loops for ten minutes without a seam', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['clip', SECOND]], loop: true } } });
  await air.startAndAir('p');
  await air.run(600_000);
  const content = air.aired.filter(({ source }) => source === 'content');
  t.ok(content.length >= 600 * SECOND - 60);
  t.same(
    content.filter(({ frame }, i) => frame !== i % SECOND),
    [],
    'every frame in turn',
  );
  t.same(
    air.aired
      .slice(air.aired.findIndex(({ source }) => source === 'content'))
      .filter(({ source }) => source !== 'content'),
    [],
    'and nothing between them',
  );
  t.match(air.channel.stats, { bufferUnderruns: 0, decodeFailures: 0 });
  t.ok(air.decoders.running.length <= 4, 'decoders of turns to come do not pile up');
});
