/** The engine's own log, as whoever is woken at night reads it. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';
import { engineIn } from '../support/engine-process.js';
import { harmfulIn } from '../support/harmful-text.js';
import { tempDir } from '../support/temp-dir.js';

const CHANNEL = 3;
/** It would clear the screen, begin a line of its own and be read backwards. */
const HOSTILE = 'evil\u001b[2J\n{"level":"fatal"}\u009b31m\u202egnp.mp4';
/** A name that a plan may have. */
const REVERSED = 'evil\u202egnp.mp4';

t.test('a line names what it is about, text of others does no harm, and SIGUSR2 brings more', async (t) => {
  const folder = tempDir(t);
  const plan = {
    plan_id: 'evening',
    loop: true,
    segments: [{ asset_uri: REVERSED, segment_duration_ms: 60_000 }],
  };
  await writeFile(path.join(folder, 'evening.json'), JSON.stringify(plan));
  const engine = await engineIn(t, folder);

  await engine.client.startChannel({ channelId: CHANNEL, planHandle: 'mock', port: 0 });
  const { pid } =
    (await engine.snapshotWhere(CHANNEL, ({ decoders }) => decoders[0]?.pid != null)).decoders[0] ?? {};
  process.kill(pid ?? 0, 'SIGKILL');
  const lost = await engine.logged(({ event }) => event === 'decoder_lost');
  t.match(lost, {
    level: 'error',
    component: 'engine',
    channel: CHANNEL,
    child: 'decoder',
    incarnation: 1,
    plan: 'mock',
    segment: 0,
    msg: /^channel 3: decoder 1 of segment 0 lost: .*SIGKILL/,
  });
  t.match(await engine.logged(({ event }) => event === 'restart'), {
    plan: 'mock',
    segment: 0,
    child: 'decoder',
  });

  await engine.client.startChannel({ channelId: 4, planHandle: 'evening', port: 0 });
  const unusable = await engine.logged(({ event }) => event === 'segment_unusable');
  t.match(unusable, { channel: 4, plan: 'evening', segment: 0, asset: 'evil\\u{202e}gnp.mp4' });
  await engine.client.updatePlan({ channelId: 4, planHandle: HOSTILE });
  t.match(await engine.logged(({ event }) => event === 'plan_rejected'), {
    channel: 4,
    plan: /^evil\\u\{1b\}\[2J\\n/,
  });
  for (const line of engine.log) {
    t.same(harmfulIn(deepText(line)), [], 'not even after the JSON has been unpacked');
  }

  engine.signal('SIGUSR2');
  t.match(await engine.logged(({ event }) => event === 'log_level'), { to: 'debug' });
  engine.signal('SIGUSR2');
  t.match(await engine.logged(({ event, to }) => event === 'log_level' && to !== 'debug'), { to: 'info' });
  t.equal(await engine.stop(), 0);
});

/** All texts in it, keys included, except where frames of a stack follow each other. */
function deepText(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('\n    at ', '');
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, each]) => key + deepText(each))
    .join('');
}
