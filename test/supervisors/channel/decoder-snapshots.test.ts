/** Decoders as operators see them, and how the last one that was lost ended. */
import t from 'tap';
import { decoderSnapshots } from '../../../supervisors/channel/decoder-snapshots.js';
import type { ProcessUsage } from '../../../supervisors/channel/snapshot.js';
import { type InlineChannel, inlineChannel, SETTINGS } from '../../support/inline-channel.js';

const USAGE = { rssBytes: 50_000_000, cpuPercent: 12 };
const shown = (air: InlineChannel, usageOf: (pid: number) => ProcessUsage | null = () => null) =>
  decoderSnapshots(air.source, { nowMs: air.clock.nowMs(), format: SETTINGS.format, usageOf });

t.test('the one whose frames are needed, those ahead of their turn, and a preview’s', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 160],
          ['b', 3000],
        ],
      },
    },
  });
  await air.startAndAir('p');
  void air.channel.loadPreview('c');
  await air.run(1000);
  t.match(shown(air), [
    {
      asset: 'a',
      role: 'live',
      segmentIndex: 0,
      framesOrdered: 160,
      waitingForRoom: true,
      arguments: ['a'],
    },
    { asset: 'b', role: 'next', segmentIndex: 1, framesOrdered: 3000 },
    { asset: 'c', role: 'prepared', segmentIndex: 0, framesOrdered: 300 },
  ]);
  t.same(new Set(shown(air).map(({ incarnation }) => incarnation)).size, 3);
});

t.test('age of the last frame and speed are known once there is something to know', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 30_000]] } } });
  air.decoders.script = () => ({ firstFrameMs: 400, framesPerSecond: 45 });
  void air.start('p');
  await air.run(300);
  t.match(shown(air), [{ framesDelivered: 0, lastFrameAgeMs: null, speed: null }]);
  await air.run(200);
  t.match(shown(air), [{ speed: null }], 'of a few frames, speed would be noise');
  await air.run(700);
  const [decoder] = shown(air);
  t.ok(Math.abs((decoder?.speed ?? 0) - 1.5) < 0.1, `45 frames a second of 30: ${decoder?.speed}`);
  t.ok((decoder?.lastFrameAgeMs ?? 99) <= 23);
  air.decoders.running[0]?.hold();
  await air.run(500);
  const [held] = shown(air);
  t.ok((held?.lastFrameAgeMs ?? 0) >= 477 && Number.isInteger(held?.lastFrameAgeMs));
  t.ok(Number.isInteger(held?.uptimeMs) && (held?.uptimeMs ?? 0) >= 1690);
});

t.test('what a process takes of the machine is asked by its pid', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 30_000]] } } });
  air.decoders.script = () => ({ immortalPid: 777 });
  await air.startAndAir('p');
  t.match(
    shown(air, (pid) => (pid === 777 ? USAGE : null)),
    [{ pid: 777, usage: USAGE }],
  );
  t.match(shown(air), [{ pid: 777, usage: null }]);
});

t.test(
  'a decoder that went by itself has crashed, with what it said; that is kept after recovery',
  async (t) => {
    const air = await inlineChannel(t, { plans: { p: { segments: [['a', 30_000]] } } });
    await air.startAndAir('p');
    t.equal(air.source.lastExit, null);
    const [decoder] = air.decoders.running;
    await air.run(2000);
    decoder?.crash('moov atom\nnot found');
    const atUtcMs = air.clock.utcMs();
    await air.run(3000);
    t.equal(air.source.machine.state, 'ready');
    t.match(air.source.lastExit, {
      incarnation: 1,
      pid: null,
      how: 'crashed',
      code: 1,
      stderrTail: 'moov atom\nnot found',
      segmentIndex: 0,
      asset: 'a',
      frames: decoder?.delivered,
    });
    t.ok((air.source.lastExit?.uptimeMs ?? 0) >= 2000 && Number.isInteger(air.source.lastExit?.uptimeMs));
    t.ok((air.source.lastExit?.atUtcMs ?? 0) >= atUtcMs);
  },
);

t.test('one that stood still was asked to go; code and last words follow when it has', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 30_000]] } } });
  await air.startAndAir('p');
  air.decoders.running[0]?.stall();
  await air.runUntil(() => air.source.lastExit !== null);
  t.match(air.source.lastExit, { how: 'asked', reason: /^gave no frame after its \d+th for \d+ ms$/ });
  await air.run(1000);
  t.match(air.source.lastExit, { incarnation: 1, how: 'asked', code: 0, signal: null });
});

t.test('an attempt that never had a decoder shows no other’s pid', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 30_000]] } } });
  air.decoders.script = (_order, nth) => (nth === 1 ? { immortalPid: 777 } : {});
  await air.startAndAir('p');
  // Its asset is looked for without an answer from now on.
  air.slow.add('a');
  air.decoders.running[0]?.crash();
  await air.runUntil(() => air.source.lastExit !== null);
  t.match(air.source.lastExit, { incarnation: 1, pid: 777 });
  await air.runUntil(() => air.source.lastExit?.incarnation === 2);
  t.match(air.source.lastExit, { pid: null, how: 'asked', reason: /^gave no frame for/ });
  air.slow.clear();
});
