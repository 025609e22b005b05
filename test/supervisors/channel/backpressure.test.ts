/** Memory: the queue's bound, the pool's, and that everything comes back. */
import t from 'tap';
import { inlineChannel } from '../../support/inline-channel.js';

t.test('backpressure holds the queue at 60 frames, whatever the decoder could do', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 3000]] } } });
  air.decoders.script = () => ({ framesPerSecond: 5000 });
  await air.startAndAir('p');
  await air.run(1010); // From here on every look comes 10 ms after a tick.
  let most = 0;
  let waits = true;
  for (let i = 0; i < 300; i++) {
    await air.runTicks(1);
    most = Math.max(most, air.source.desk.live?.queue.size ?? 0);
    waits &&= air.decoders.running[0]?.waitingForRoom ?? false;
  }
  t.ok(waits, 'the decoder waits for room');
  t.equal(most, 60);
  t.equal(air.channel.stats.decodeFailures, 0, 'a decoder that waits for room is not stalled');
});

t.test('between ticks two seconds of coming frames are staged, not fewer', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 3000]] } } });
  await air.startAndAir('p');
  await air.run(2000);
  await air.run(10);
  const live = air.source.desk.live;
  t.equal(live?.queue.run(live.airFrame, 100), 60);
});

t.test('a source that waits for its turn keeps two frames', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 150],
          ['b', 300],
        ],
      },
    },
  });
  await air.startAndAir('p');
  await air.run(500);
  const [a, b] = air.decoders.running;
  t.same([a?.asset, b?.asset], ['a', 'b']);
  t.equal(b?.delivered, 2);
  t.ok(b?.waitingForRoom);
});

t.test('a plan being prepared takes the slots set aside for it and starves nobody', async (t) => {
  const air = await inlineChannel(t, {
    plans: { p: { segments: [['a', 3000]] }, q: { segments: [['b', 3000]] } },
  });
  await air.startAndAir('p');
  await air.run(2010);
  air.decoders.script = () => ({ firstFrameMs: 1000, framesPerSecond: 60 });
  const swapped = air.channel.update('q');
  let least = 60;
  let most = 0;
  while (air.source.desk.changes.preparing !== undefined) {
    await air.runTicks(1);
    if (air.source.desk.changes.preparing === undefined) break;
    least = Math.min(least, air.source.desk.live?.queue.size ?? 0);
    most = Math.max(most, air.source.desk.changes.preparing?.program?.queue.size ?? 0);
  }
  t.ok((await swapped).success);
  t.equal(least, 60);
  t.ok(most > 0, 'frames of both waited at once');
});

t.test('when the pool has nothing left a decoder waits, and goes on when a slot comes back', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 3000]] } } });
  const others = Array.from({ length: 70 }, () => air.pool.lease());
  void air.start('p');
  await air.run(1000);
  t.equal(air.pool.free, 0);
  t.equal(air.decoders.running[0]?.delivered, 5);
  t.ok(air.decoders.running[0]?.waitingForRoom);
  for (const slot of others) slot?.release();
  await air.runUntil(() => air.source.machine.state === 'ready');
  await air.runTicks(30);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
  t.equal(air.channel.stats.decodeFailures, 0);
});

t.test('after a stop every slot is back in the pool, also those that were half filled', async (t) => {
  const air = await inlineChannel(t, {
    plans: {
      p: {
        segments: [
          ['a', 50],
          ['b', 50],
          ['c', 500],
        ],
      },
    },
  });
  await air.startAndAir('p');
  void air.channel.update('p');
  await air.run(700);
  t.ok(air.pool.free < 20);
  t.same(await air.stop(), []);
  t.equal(air.pool.free, 75);
  t.same(air.decoders.running, []);
});
