/** From StartChannel to the first frames, and how a channel's schedule goes on from there. */
import t from 'tap';
import { inlineChannel } from '../../support/inline-channel.js';

t.test('a started channel airs slate until enough is staged, then the plan from its frame 0', async (t) => {
  const air = await inlineChannel(t, { plans: { p: { segments: [['a', 300]] } } });
  const outcome = await air.startAndAir('p');
  t.same(outcome, { success: true, errorMessage: '' });
  await air.runTicks(20);
  t.match(air.taken(), /^pad\*\d+ a@0\.\.\d+$/);
  t.same(air.states(), ['buffering', 'ready']);
  t.equal(air.aired.find(({ source }) => source === 'content')?.state, 'ready');
  t.equal(air.channel.stats.bufferUnderruns, 0);
});
