/** Whoever wants to see what a channel airs gets what its consumers get, whatever that is. */
import { test } from 'tap';
import { shownIn } from '../../support/fake-decoder.js';
import { type InlineChannel, inlineChannel } from '../../support/inline-channel.js';

/** What the next tick is seen to air, and what it aired. */
async function look(world: InlineChannel) {
  const asked = world.channel.nextAired();
  await world.runTicks(1);
  const { frame, tick } = await asked;
  const seen = { ...shownIn(frame), tick };
  frame.release();
  const { source, asset, frame: number, tick: airedTick } = world.aired.at(-1) ?? {};
  return { seen, aired: { asset, frame: number, tick: airedTick }, source };
}

test('content, hold, slate and pad are seen as they air', async (t) => {
  const world = await inlineChannel(t, { plans: { morning: { segments: [['a', 300]] } } });
  await world.startAndAir('morning');
  await world.runUntil(() => world.aired.at(-1)?.source === 'content');
  const content = await look(world);
  t.equal(content.source, 'content');
  t.same(content.seen, content.aired);

  world.decoders.script = () => ({ crashAt: 0 });
  for (const decoder of world.decoders.running) decoder.crash();
  for (const source of ['hold', 'slate'] as const) {
    await world.runUntil(() => world.aired.at(-1)?.source === source);
    const filler = await look(world);
    t.equal(filler.source, source);
    t.same(filler.seen, filler.aired);
  }
  await world.runUntil(() => world.aired.at(-1)?.source === 'pad');
  const pad = await look(world);
  t.equal(pad.source, 'pad');
  t.same(pad.seen, pad.aired);
});

test('all who ask before a tick get the same frame, each to release', async (t) => {
  const world = await inlineChannel(t, { plans: { morning: { segments: [['a', 300]] } } });
  await world.startAndAir('morning');
  const asked = [world.channel.nextAired(), world.channel.nextAired()];
  await world.runTicks(1);
  const [one, other] = await Promise.all(asked);
  t.equal(one?.frame, other?.frame);
  await world.runTicks(10);
  t.same(shownIn(one?.frame as never), { asset: 'a', frame: shownIn(other?.frame as never).frame });
  const { free } = world.pool;
  one?.frame.release();
  t.equal(world.pool.free, free, 'the other one has it still');
  other?.frame.release();
  t.equal(world.pool.free, free + 1);
});
