/** The picture of a channel, as the engine asks its host for it. */
import { test } from 'tap';
import type { AiredPicture } from '../../../supervisors/channel/aired-picture.js';
import { createWorld, type FakeHost, soFar } from './fake-world.js';

const picture = (tick: number): AiredPicture => ({ tick, width: 2, height: 2, matrix: 'bt709', planes: '' });
const shows = (host: FakeHost, tick: number) => host.say({ type: 'picture', picture: picture(tick) });
const asked = (host: FakeHost) => host.sent.filter(({ type }) => type === 'picture').length;

test('all who wait share one request, and all who come within a second its answer', async (t) => {
  const { channels, clock, onAir } = createWorld();
  const host = await onAir();
  const timersBefore = clock.pendingTimers;
  const waiting = Array.from({ length: 50 }, () => channels.picture(1));
  await soFar(Promise.all(waiting));
  t.equal(asked(host), 1);
  shows(host, 7);
  for (const outcome of await Promise.all(waiting)) t.same(outcome, { kind: 'picture', picture: picture(7) });
  host.shows();
  await clock.run(999);
  t.match(await channels.picture(1), { picture: { tick: 7 } });
  t.equal(asked(host), 1);
  await clock.run(1);
  host.shows();
  const next = channels.picture(1);
  t.equal(asked(host), 2);
  shows(host, 40);
  t.match(await next, { picture: { tick: 40 } });
  await clock.run(1000);
  t.equal(clock.pendingTimers, timersBefore, 'nothing is left of it when nobody asks');
  t.equal(asked(host), 2);
});

test('a host that does not answer is waited for a second, and asked no more until it does', async (t) => {
  const { channels, clock, onAir } = createWorld();
  const host = await onAir();
  const one = channels.picture(1);
  await clock.run(999);
  t.equal(await soFar(one), 'pending');
  await clock.run(1);
  t.same(await one, { kind: 'unavailable', reason: 'its host gave no picture within 1 s' });
  host.shows();
  const other = channels.picture(1);
  await soFar(other);
  t.equal(asked(host), 1, 'the first request is still on its way');
  shows(host, 50);
  t.match(await other, { kind: 'picture', picture: { tick: 50 } });
});

test('a picture that nobody waits for is not taken', async (t) => {
  const { channels, onAir } = createWorld();
  const host = await onAir();
  shows(host, 3);
  const one = channels.picture(1);
  t.equal(asked(host), 1);
  shows(host, 4);
  t.match(await one, { picture: { tick: 4 } });
});

test('whoever waits for a host that dies is told at once, and its successor is asked anew', async (t) => {
  const { channels, hosts, onAir } = createWorld();
  const first = await onAir();
  const one = channels.picture(1);
  shows(first, 3);
  await one;
  first.exits({ signal: 'SIGKILL' });
  await soFar(one);
  const { last: second } = hosts;
  t.not(second, first);
  const other = channels.picture(1);
  await soFar(other);
  t.equal(asked(second), 1, 'the picture of before is the past');
  second.exits({ signal: 'SIGSEGV' });
  t.match(await other, { kind: 'unavailable', reason: /host process .* was killed by SIGSEGV/ });
});

test('a channel without a host says so, and when there will be one', async (t) => {
  const { channels, hosts, onAir } = createWorld();
  await onAir();
  for (let deaths = 0; deaths < 4; deaths += 1) {
    hosts.last.exits({ code: 1 });
    await soFar(channels.picture(1));
  }
  t.match(await channels.picture(1), {
    kind: 'unavailable',
    reason: /^no host process: .*no output, the next attempt is in 60 s/,
  });
  const stopped = channels.stopChannel({ channelId: 1 });
  t.match(await stopped, { success: true });
});

test('a stop ends the wait; a channel that is off the air has no picture, and one never heard of is unknown', async (t) => {
  const { channels, clock, onAir } = createWorld();
  const host = await onAir();
  const one = channels.picture(1);
  await soFar(one);
  const stopped = channels.stopChannel({ channelId: 1 });
  t.same(await one, { kind: 'unavailable', reason: 'the channel was stopped' });
  await soFar(stopped);
  host.stopped();
  await stopped;
  t.same(await channels.picture(1), { kind: 'off_air' });
  t.same(await channels.picture(2), { kind: 'unknown' });
  await clock.run(300_000);
  t.match(await channels.picture(1), { kind: 'unknown' }, 'it has been off the air for long');
  t.equal(clock.pendingTimers, 0);
});
