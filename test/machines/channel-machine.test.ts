/** The channel machine, event by event: every transition it has, and the effects it asks for. */
import fc from 'fast-check';
import t from 'tap';
import { createActor } from 'xstate';
import type { ChannelEffect, ChannelEvent } from '../../machines/channel-events.js';
import { channelMachine, seenState } from '../../machines/channel-machine.js';
import { DEFAULT_RESTART_LIMITS as LIMITS } from '../../machines/restart-policy.js';
import { transitionsOf } from '../support/machine-transitions.js';

type Timeless<E> = E extends unknown ? Omit<E, 'atMs' | 'random' | 'reason'> : never;

/** Every transition that any test has taken. */
const taken = new Set<unknown>();

function machine(restarts: readonly number[] = []) {
  const actor = createActor(channelMachine, {
    input: { limits: LIMITS, restarts, atMs: 0 },
    inspect(event) {
      if (event.type !== '@xstate.microstep') return;
      for (const transition of event._transitions) taken.add(transition);
    },
  });
  const effects: string[] = [];
  let sentAtMs = 0;
  for (const type of [
    'retry.schedule',
    'retry.cancel',
    'retry.start',
    'stable.schedule',
    'stable.cancel',
  ] as const) {
    actor.on(type, (effect: ChannelEffect) => {
      effects.push('dueMs' in effect ? `${type} ${effect.dueMs - sentAtMs}` : type);
    });
  }
  actor.start();
  const world = {
    get value() {
      const { value } = actor.getSnapshot();
      return typeof value === 'string' ? value : `error.${value.error}`;
    },
    get context() {
      return actor.getSnapshot().context;
    },
    get seen() {
      return seenState(actor.getSnapshot());
    },
    get healthy() {
      return !actor.getSnapshot().hasTag('unhealthy');
    },
    /** Sends events, the first at `atMs`; the answer is the state after the last. */
    at(atMs: number, ...types: Timeless<ChannelEvent>['type'][]) {
      sentAtMs = atMs;
      for (const type of types) {
        actor.send({ type, atMs, random: 0, reason: `because of ${type}` } as ChannelEvent);
      }
      return world.value;
    },
    /** The pending retry comes due, and then the others happen. */
    retry(...then: Timeless<ChannelEvent>['type'][]) {
      const { retryAtMs } = actor.getSnapshot().context;
      if (retryAtMs === null) throw new Error('no retry is pending');
      return world.at(retryAtMs, 'retry.due', ...then);
    },
    /** Effects since last asked; due times as delays from the event that asked for them. */
    effects: () => effects.splice(0),
  };
  return world;
}

const ready = (restarts?: readonly number[]) => {
  const m = machine(restarts);
  m.at(0, 'channel.start', 'threshold.reached');
  m.effects();
  return m;
};

/** The budget is spent and slate is on air. */
const exhausted = () => {
  const m = ready([0, 10, 20, 30, 40]);
  m.at(100, 'decoder.lost', 'queue.dry');
  m.effects();
  return m;
};

t.test('a channel is stopped until it is started, then buffers until the threshold is reached', async (t) => {
  const m = machine();
  t.equal(m.value, 'stopped');
  t.equal(m.seen, 'stopped');
  t.equal(
    m.at(1, 'decoder.lost', 'threshold.reached', 'channel.stopped'),
    'stopped',
    'nothing else moves it',
  );
  t.equal(m.at(5, 'channel.start'), 'buffering');
  t.equal(m.context.sinceMs, 5);
  t.equal(m.at(7, 'threshold.reached'), 'ready');
  t.equal(m.context.sinceMs, 7);
  t.same(m.effects(), ['stable.schedule 10000']);
});

t.test('a stop takes it from any state to stopping, and to stopped once all is gone', async (t) => {
  const states = {
    stopped: () => machine(),
    buffering: () => {
      const m = machine();
      m.at(0, 'channel.start');
      return m;
    },
    ready: () => ready(),
    'error.recovering': () => {
      const m = ready();
      m.at(1, 'decoder.lost');
      return m;
    },
    'error.slate': exhausted,
  };
  for (const [name, make] of Object.entries(states)) {
    const m = make();
    t.equal(m.value, name);
    t.equal(m.at(500, 'channel.stop'), 'stopping');
    t.equal(m.seen, 'stopped');
    t.equal(m.at(501, 'channel.stop', 'decoder.lost', 'retry.due', 'threshold.reached'), 'stopping');
    t.equal(m.at(502, 'channel.stopped'), 'stopped');
    t.equal(m.context.retryAtMs, null);
    t.notOk(m.effects().includes('retry.start'));
    t.equal(m.at(503, 'channel.start'), 'buffering', 'and it can be started again');
  }
});

t.test('a queue that ran dry means buffering until enough is staged', async (t) => {
  const m = ready();
  t.equal(m.at(5, 'queue.dry'), 'buffering');
  t.ok(m.context.fillerAired);
  t.same(m.effects(), ['stable.cancel']);
  t.equal(m.at(6, 'queue.dry'), 'buffering');
  t.equal(m.at(6, 'threshold.reached'), 'ready');
  t.notOk(m.context.fillerAired);
});

t.test('an empty schedule is buffering with its condition, until there is a schedule again', async (t) => {
  const m = ready();
  t.equal(m.at(5, 'schedule.empty'), 'buffering');
  t.equal(m.context.condition, 'NoScheduledContent');
  t.equal(m.at(6, 'schedule.resumed'), 'buffering');
  t.equal(m.context.condition, null);
  m.at(7, 'schedule.empty');
  t.equal(m.at(8, 'plan.adopted'), 'buffering');
  t.equal(m.context.condition, null);
  t.equal(m.at(9, 'schedule.empty', 'threshold.reached'), 'ready');
  t.equal(m.context.condition, null);
});

t.test('a plan that cannot be used is slate and bad health, with its reason', async (t) => {
  const m = machine();
  t.equal(m.at(1, 'channel.start', 'plan.unusable'), 'error.slate');
  t.equal(m.seen, 'error');
  t.notOk(m.healthy);
  t.equal(m.context.condition, 'Unusable');
  t.equal(m.context.reason, 'because of plan.unusable');
  t.same(m.effects(), ['retry.schedule 15000']);
});

t.test('a segment that cannot be used is slate from wherever its slot comes', async (t) => {
  const buffering = machine();
  t.equal(buffering.at(1, 'channel.start', 'segment.unusable'), 'error.slate');
  const m = ready();
  t.equal(m.at(1, 'segment.unusable'), 'error.slate');
  t.equal(m.context.condition, 'Unusable');
  t.equal(m.at(2, 'segment.due'), 'buffering', 'until the next one is due');
  t.equal(m.context.condition, null);
  t.equal(m.at(3, 'decoder.lost', 'segment.unusable'), 'error.slate');
  t.equal(m.at(4, 'plan.adopted', 'decoder.lost', 'plan.unusable'), 'error.slate');
});

t.test(
  'a decoder lost before the channel was stable is tried again after a delay that doubles',
  async (t) => {
    const m = ready();
    let now = 0;
    for (const delayMs of [250, 500, 1000, 2000, 4000]) {
      t.equal(m.at(now, 'decoder.lost'), 'error.recovering');
      t.ok(m.healthy, 'a recovery is no bad health');
      t.ok(m.effects().includes(`retry.schedule ${delayMs}`));
      t.equal(m.context.retryAtMs, now + delayMs);
      now += delayMs;
      t.equal(m.at(now, 'retry.due'), 'error.recovering');
      t.same(m.effects(), ['retry.start']);
      t.equal(m.context.retryAtMs, null);
    }
    t.equal(m.context.restarts.length, 5);
    t.equal(m.at(now, 'decoder.lost'), 'error.slate', 'the sixth loss');
    t.equal(m.context.condition, 'BudgetExhausted');
    t.notOk(m.healthy);
  },
);

t.test('the first restart of a stable decoder is immediate and the backoff starts afresh', async (t) => {
  const m = ready();
  m.at(0, 'decoder.lost');
  t.equal(m.retry('decoder.delivered'), 'ready');
  m.at(10_250, 'stable.reached');
  t.match(m.context, { stable: true, consecutive: 0, backoffStep: 0 });
  m.effects();
  m.at(11_000, 'decoder.lost');
  t.same(m.effects(), ['stable.cancel', 'retry.schedule 0']);
  m.retry('decoder.lost');
  t.equal(m.context.retryAtMs, 11_250);
});

t.test('a recovery before any filler aired leads straight back to ready', async (t) => {
  const m = ready();
  m.at(1, 'decoder.lost');
  t.equal(m.retry('decoder.delivered'), 'ready');
  t.equal(m.context.reason, '');
});

t.test('a recovery after filler aired leads to buffering first', async (t) => {
  const m = ready();
  m.at(1, 'decoder.lost', 'queue.dry');
  t.equal(m.retry(), 'error.recovering');
  t.equal(m.at(302, 'decoder.delivered'), 'buffering');
  t.ok(m.context.fillerAired, 'content waits for the ready threshold');
  t.equal(m.at(303, 'threshold.reached'), 'ready');
});

t.test('a recovery of a channel that was not ready yet does not make it ready', async (t) => {
  const m = machine();
  m.at(1, 'channel.start', 'decoder.lost');
  t.equal(m.retry('decoder.delivered'), 'buffering');
  const later = ready();
  later.at(2, 'queue.dry', 'threshold.reached', 'schedule.empty', 'decoder.lost');
  t.equal(later.retry('decoder.delivered'), 'buffering');
  t.equal(later.context.condition, 'NoScheduledContent', 'still');
});

t.test('what takes over the schedule owes nothing to the filler before it', async (t) => {
  for (const event of ['plan.adopted', 'segment.due'] as const) {
    const m = ready();
    m.at(1, 'decoder.lost', 'queue.dry');
    t.equal(m.at(2, event), 'buffering');
    t.notOk(m.context.fillerAired);
    t.equal(m.context.retryAtMs, null);
    t.ok(m.effects().includes('retry.cancel'));
  }
  const m = ready();
  m.at(1, 'queue.dry', 'plan.adopted');
  t.notOk(m.context.fillerAired);
});

t.test('a schedule that comes due while recovering clears its condition', async (t) => {
  const m = machine();
  m.at(1, 'channel.start', 'schedule.empty', 'decoder.lost');
  t.equal(m.context.condition, 'NoScheduledContent');
  t.equal(m.at(2, 'schedule.resumed'), 'error.recovering');
  t.equal(m.context.condition, null);
});

t.test('an empty schedule does not hide an error', async (t) => {
  const m = exhausted();
  t.equal(m.at(200, 'schedule.empty'), 'error.slate');
  t.equal(m.context.condition, 'BudgetExhausted');
});

t.test('on slate a slow probe goes on, and never exceeds the window', async (t) => {
  const m = exhausted();
  // The restarts stand at 0, 10, 20, 30, 40: the first leaves the window at 60 s.
  t.equal(m.context.retryAtMs, 60_000);
  m.at(59_999, 'retry.due');
  t.same(m.effects(), [], 'not before');
  t.equal(m.retry(), 'error.slate');
  t.same(m.effects(), ['retry.start']);
  for (const loss of ['decoder.lost', 'segment.unusable', 'plan.unusable'] as const) {
    t.equal(m.at(60_001, loss), 'error.slate');
    t.equal(m.context.reason, `because of ${loss}`);
    t.same(m.effects(), ['retry.schedule 15000'], 'the slots at 10 to 40 ms are free by then');
  }
  t.equal(m.retry('decoder.delivered'), 'buffering', 'frames end slate');
  t.equal(m.context.condition, null);
});

t.test('restarts in a row without stability mean slate, even where the window has room', async (t) => {
  const m = ready();
  for (let i = 0; i < 5; i++) {
    t.equal(m.at(i * 30_000, 'decoder.lost'), 'error.recovering');
    m.retry('decoder.delivered');
  }
  t.equal(m.at(150_000, 'decoder.lost'), 'error.slate');
});

t.test('a retry is made once, and not before its time', async (t) => {
  const m = ready();
  m.at(0, 'decoder.lost');
  m.effects();
  m.at(249, 'retry.due');
  t.same(m.effects(), []);
  m.at(250, 'retry.due', 'retry.due');
  t.same(m.effects(), ['retry.start']);
  t.equal(m.context.restarts.length, 1);
});

t.test(
  'an asset that is found is tried at once, unless an attempt is under way or the window is spent',
  async (t) => {
    const m = machine();
    m.at(0, 'channel.start', 'segment.unusable');
    m.effects();
    t.equal(m.at(2_000, 'asset.found'), 'error.slate');
    t.equal(m.context.retryAtMs, 2_000);
    t.same(m.effects(), ['retry.schedule 0'], 'without delay');
    m.at(2_000, 'retry.due');
    t.equal(m.context.restarts.length, 1, 'it counts as any other attempt');
    m.effects();
    m.at(2_001, 'asset.found');
    t.same(m.effects(), [], 'one is under way');
    const spent = exhausted();
    spent.at(200, 'asset.found');
    t.same(spent.effects(), []);
  },
);

t.test("an operator's reset clears the window, and on slate tries again at once", async (t) => {
  const m = exhausted();
  t.equal(m.at(200, 'budget.reset'), 'error.recovering');
  t.same(m.effects(), ['retry.schedule 0']);
  t.match(m.context, { restarts: [], consecutive: 0, condition: null });
  t.equal(m.retry('decoder.delivered'), 'buffering');
  const quiet = ready([-10]);
  t.equal(quiet.at(5, 'budget.reset'), 'ready', 'elsewhere it only clears');
  t.same(quiet.context.restarts, []);
});

t.test(
  "an operator's reset while an attempt is under way counts no other, and lets that one go on",
  async (t) => {
    const m = exhausted();
    m.retry();
    m.effects();
    t.equal(m.at(60_500, 'budget.reset'), 'error.recovering');
    t.same(m.effects(), []);
    t.same(m.context.restarts, []);
    t.equal(m.at(61_000, 'decoder.lost'), 'error.recovering');
    t.same(m.effects(), ['retry.schedule 250'], 'if it fails, the budget is there');
    t.equal(m.retry('decoder.delivered'), 'buffering');
  },
);

t.test('restarts of earlier hosts count', async (t) => {
  const m = ready([-5, -4, -3, -2, -1]);
  t.equal(m.at(10, 'decoder.lost'), 'error.slate');
  const early = machine([-5, -4, -3, -2, -1]);
  t.equal(early.at(10, 'channel.start', 'decoder.lost'), 'error.slate');
});

t.test('events that mean nothing in a state change nothing', async (t) => {
  const m = ready();
  t.equal(
    m.at(1, 'retry.due', 'decoder.delivered', 'segment.due', 'plan.adopted', 'channel.stopped'),
    'ready',
  );
  t.equal(m.at(1, 'channel.start', 'threshold.reached', 'schedule.resumed'), 'ready');
  t.same(m.effects(), []);
});

/** All there are: one that is missing does not compile. */
const EVENTS = Object.keys({
  'channel.start': true,
  'channel.stop': true,
  'channel.stopped': true,
  'plan.adopted': true,
  'plan.unusable': true,
  'segment.unusable': true,
  'segment.due': true,
  'schedule.empty': true,
  'schedule.resumed': true,
  'threshold.reached': true,
  'queue.dry': true,
  'decoder.lost': true,
  'decoder.delivered': true,
  'retry.due': true,
  'stable.reached': true,
  'budget.reset': true,
  'asset.found': true,
} satisfies Record<ChannelEvent['type'], true>) as ChannelEvent['type'][];

t.test('every transition of the machine was taken by a test above', async (t) => {
  const missing = transitionsOf(channelMachine).filter(({ definition }) => !taken.has(definition));
  t.same(
    missing.map(({ name }) => name),
    [],
  );
});

t.test(
  'no sequence of events whatever starts more than 5 retries in 60 s or loses a pending one',
  async (t) => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...EVENTS), fc.integer({ min: 0, max: 20_000 })), {
      maxLength: 120,
    });
    t.doesNotThrow(() =>
      fc.assert(
        fc.property(steps, (events) => {
          const m = machine();
          let startedAt: number[] = [];
          let now = 0;
          for (const [type, afterMs] of events) {
            now += afterMs;
            m.at(now, type);
            if (type === 'budget.reset') startedAt = [];
            const effects = m.effects();
            for (const effect of effects) if (effect === 'retry.start') startedAt.push(now);
            const inWindow = startedAt.filter((atMs) => atMs > now - 60_000).length;
            if (inWindow > 5) return false;
            // A pending retry belongs to an error, and nothing else.
            if (m.context.retryAtMs !== null && m.seen !== 'error') return false;
          }
          return true;
        }),
        { numRuns: 500 },
      ),
    );
  },
);
