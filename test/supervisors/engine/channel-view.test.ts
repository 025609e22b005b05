/** What the engine adds to what hosts tell: age, what outlives hosts, and that all of it is told at once. */
import t from 'tap';
import type { ChannelView } from '../../../supervisors/engine/channel-view.js';
import { settle } from '../../support/fake-clock.js';
import { createWorld, HEARTBEAT_MS } from './fake-world.js';

const LAST_EXIT = {
  incarnation: 3,
  pid: 4711,
  how: 'crashed',
  reason: 'exited with code 1',
  code: 1,
  signal: null,
  segmentIndex: 0,
  asset: 'a.mp4',
  frames: 12,
  uptimeMs: 900,
  stderrTail: 'moov atom not found',
  atUtcMs: 1_795_334_400_000,
} as const;

t.test('a host that hangs is shown by the age of what it told last, until it is replaced', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const age = () => w.channels.snapshot(1)?.ageMs;
  t.equal(age(), 0);
  await w.clock.run(1_700.4);
  t.equal(age(), 1700);
  host.shows();
  t.equal(age(), 0);
  await w.clock.run(HEARTBEAT_MS);
  await settle();
  t.equal(host.alive, false);
  t.match(w.channels.snapshot(1), { hostPid: null, ageMs: 0 }, 'what is shown now is the engine’s own');
});

t.test(
  'how the last decoder ended is kept after recovery, from host to host, and when stopped',
  async (t) => {
    const w = createWorld();
    const host = await w.onAir();
    host.shows({ lastExit: LAST_EXIT });
    host.exits({ code: 1 });
    await settle();
    t.same(w.channels.snapshot(1)?.lastExit, LAST_EXIT, 'without a host');
    w.hosts.last.ready();
    t.match(w.channels.snapshot(1), { state: 'ready', lastExit: LAST_EXIT });
    const later = { ...LAST_EXIT, incarnation: 1, atUtcMs: LAST_EXIT.atUtcMs + 5000 };
    w.hosts.last.shows({ lastExit: later });
    t.same(w.channels.snapshot(1)?.lastExit, later, 'until there is another');
    const stopping = w.stop();
    await settle();
    w.hosts.last.stopped();
    await stopping;
    t.match(w.channels.snapshot(1), { state: 'stopped', lastExit: later });
  },
);

t.test('a transition is told together with the state that it led to', async (t) => {
  const told: (readonly [state: string, to: string | undefined])[] = [];
  const w = createWorld({
    onShown(channelId) {
      const view = w.channels.snapshot(channelId);
      if (view !== undefined) told.push([view.state, view.transitions.at(-1)?.to]);
    },
  });
  const host = await w.onAir();
  host.exits({ code: 1 });
  await settle();
  t.same(told.at(-1), ['error', 'error']);
  w.hosts.last.ready();
  const stopping = w.stop();
  await settle();
  w.hosts.last.exits();
  await stopping;
  t.same(told.at(-1), ['stopped', 'stopped']);
});

t.test('a start that was refused and is done with is off the air in its transitions, too', async (t) => {
  const w = createWorld();
  w.ports.taken.add(9001);
  const transitions = () => w.channels.snapshot(1)?.transitions.map(({ event, to }) => `${event}: ${to}`);
  await w.start('morning');
  t.same(transitions(), ['start.refused: error']);
  await w.stop();
  t.same(transitions(), ['start.refused: error', 'channel.stop: stopped']);
  await w.start('morning');
  t.same(transitions()?.at(-1), 'start.refused: error');
});

t.test('while no host counts, the budget is the engine’s memory, and runs on', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const nowMs = w.clock.nowMs();
  host.say({
    type: 'report',
    report: { event: 'restart', restarts: [nowMs], attempt: 1, reason: 'crashed' },
  });
  const stopping = w.stop();
  await settle();
  host.stopped();
  await stopping;
  const budget = () => (w.channels.snapshot(1) as ChannelView).budget;
  t.match(budget(), { used: 1, nextSlotMs: 60_000, backoffMs: null, stableMs: null });
  await w.clock.run(20_000);
  t.match(budget(), { nextSlotMs: 40_000, text: '1 of 5 in 60 s, next slot in 40 s' });
  await w.clock.run(40_000);
  t.match(budget(), { used: 0, nextSlotMs: null });
});
