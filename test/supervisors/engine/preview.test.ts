/** LoadPreview and SwitchToLive as the engine sees them: who is asked, in which order, and what callers are told. */
import t from 'tap';
import { settle } from '../../support/fake-clock.js';
import { DONE } from '../../support/outcomes.js';
import { createWorld, soFar } from './fake-world.js';

const NOT_ON_AIR = {
  success: false,
  errorMessage: 'channel_id 1 is not on air; start it with StartChannel',
};

t.test('a channel that is unknown or stopped is refused, and leaves nothing', async (t) => {
  const w = createWorld();
  t.same(await w.loadPreview('promo.mp4'), NOT_ON_AIR);
  t.same(await w.switchToLive(), { ...NOT_ON_AIR, startUs: 0 });
  t.same(w.channels.snapshots(), []);
  const host = await w.onAir();
  const stopped = w.stop();
  await settle();
  host.stopped();
  await stopped;
  t.same(await w.loadPreview('promo.mp4'), NOT_ON_AIR);
  t.same(await w.switchToLive(), { ...NOT_ON_AIR, startUs: 0 });
});

t.test('the host is asked, and its word is the answer; a tick becomes a place in the stream', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const load = w.loadPreview('promo.mp4');
  t.equal(await soFar(load), 'pending');
  t.match(host.sent.at(-1), { type: 'load_preview', assetPath: 'promo.mp4' });
  host.previewed(DONE);
  t.same(await load, DONE);
  const live = w.switchToLive();
  await settle();
  t.match(host.sent.at(-1), { type: 'switch_to_live' });
  host.previewed({ ...DONE, startTick: 100 });
  t.same(await live, { ...DONE, startUs: 3_333_333 }, '100 ticks of a thirtieth');
  const again = w.switchToLive();
  await settle();
  host.previewed({ success: false, errorMessage: 'no preview is loaded' });
  t.same(await again, { success: false, errorMessage: 'no preview is loaded', startUs: 0 });
});

t.test('the plan stays what the channel is on air with', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const live = w.switchToLive();
  await settle();
  host.say({ type: 'report', report: { event: 'preview_on_air', asset: 'promo.mp4', startTick: 9 } });
  host.previewed({ ...DONE, startTick: 9 });
  await live;
  t.match(await w.start('morning'), DONE);
  host.exits();
  await settle();
  t.match(w.hosts.last.order.order, { planHandle: 'morning' }, 'the next host resumes the plan');
});

t.test('both wait for a start that is under way', async (t) => {
  const w = createWorld();
  const start = w.start('morning');
  const load = w.loadPreview('promo.mp4');
  await settle();
  const host = w.hosts.last;
  t.equal(host.sent.length, 1);
  host.ready();
  await start;
  await settle();
  t.match(host.sent.at(-1), { type: 'load_preview' });
  host.previewed(DONE);
  t.same(await load, DONE);
});

t.test('a stop pre-empts both, and the loss of the host ends them', async (t) => {
  const w = createWorld();
  let host = await w.onAir();
  const calls = () => [w.loadPreview('promo.mp4'), w.switchToLive()];
  const lost = calls();
  await settle();
  host.exits();
  for (const call of lost) {
    t.match(await call, { success: false, errorMessage: /it resumes its plan, call again$/ });
  }
  host = w.hosts.last;
  host.ready();
  const preempted = calls();
  await settle();
  const stopped = w.stop();
  for (const call of preempted)
    t.match(await call, { success: false, errorMessage: /was stopped by a later/ });
  host.stopped();
  t.same(await stopped, DONE);
});
