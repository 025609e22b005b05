/** What an operator may do with a channel, told from its snapshot. */
import t from 'tap';
import type { ChannelSnapshot } from '../../../supervisors/channel/snapshot.js';
import { allowedActions } from '../../../supervisors/engine/allowed-actions.js';
import { ACTION_NAMES } from '../../../supervisors/engine/operations.js';
import { sampleSnapshot } from '../../src/observe/sample-snapshot.js';
import { ALL_OPERATIONS } from '../../support/all-operations.js';

const ON = ALL_OPERATIONS;
const DECODER = {
  incarnation: 1,
  role: 'live',
  pid: 12,
  asset: 'a',
  segmentIndex: 0,
  framesDelivered: 1,
  framesOrdered: 2,
  waitingForRoom: false,
  lastFrameAgeMs: 0,
  speed: null,
  usage: null,
  arguments: [],
  uptimeMs: 1,
} as const;

const ON_AIR = {
  planHandle: 'p',
  planHash: 'h',
  segmentIndex: 0,
  segmentType: 'content',
  title: 'a',
  assetUri: 'a',
  positionMs: 33,
  durationMs: 67,
  startedUtcMs: 0,
  endsUtcMs: 67,
  segmentFrame: 1,
  segmentFrames: 2,
  turn: 0,
};

const SPENT = { ...sampleSnapshot().budget, used: 5, remaining: 0, text: '5 of 5' };

const shown = (changes: Partial<ChannelSnapshot>) =>
  sampleSnapshot({ onAir: ON_AIR, decoders: [DECODER], ...changes });
const allowed = (changes: Partial<ChannelSnapshot>, switches = ON) =>
  allowedActions(shown(changes), switches).flatMap(({ action, allowed }) => (allowed ? action : []));
const reasonFor = (action: string, changes: Partial<ChannelSnapshot>, switches = ON) =>
  allowedActions(shown(changes), switches).find((each) => each.action === action)?.reason;

t.test(
  'every action is answered for, with a reason where it is not allowed and none where it is',
  async (t) => {
    for (const changes of [
      {},
      { state: 'stopped' as const, port: 0 },
      { hostPid: null, state: 'error' as const },
    ]) {
      const answers = allowedActions(shown(changes), ON);
      t.same(
        answers.map(({ action }) => action),
        ACTION_NAMES,
      );
      for (const { allowed, reason } of answers) t.equal(reason === '', allowed);
    }
  },
);

t.test('on air: everything but to return from slate that nobody took', async (t) => {
  t.same(
    allowed({}),
    ACTION_NAMES.filter((action) => action !== 'return-to-plan'),
  );
});

t.test('with slate taken: everything but to take it again', async (t) => {
  t.same(
    allowed({ airing: 'operator_slate', operatorSlate: { sinceUtcMs: 1 } }),
    ACTION_NAMES.filter((action) => action !== 'take-slate'),
  );
});

t.test('nothing on air, no decoder, no budget', async (t) => {
  t.match(reasonFor('skip-segment', { onAir: null }), /^nothing is on air/);
  t.equal(reasonFor('restart-decoder', { decoders: [], detail: 'lost' }), 'no decoder runs: lost');
  t.match(reasonFor('restart-decoder', { decoders: [{ ...DECODER, role: 'next' }] }), /^no decoder runs/);
  t.match(reasonFor('restart-decoder', { budget: SPENT }), /budget is spent \(5 of 5\); reset-budget/);
});

t.test('without a host, off the air, and refused at its start', async (t) => {
  const between = { state: 'error' as const, hostPid: null, detail: 'host died', operatorSlate: null };
  t.same(allowed(between), ['reset-budget', 'restart-channel']);
  t.match(reasonFor('take-slate', between), /no host process now: host died; restart-channel/);
  t.same(allowed({ state: 'stopped', hostPid: null, port: 0 }), ['reset-budget']);
  t.same(allowed({ state: 'error', hostPid: null, port: 0 }), ['reset-budget']);
});

t.test('what is switched off names its key', async (t) => {
  const switches = { ...ON, takeSlate: false, resetBudget: false };
  t.same(allowed({}, switches), ['skip-segment', 'restart-decoder', 'restart-channel']);
  for (const action of ['take-slate', 'return-to-plan'])
    t.match(reasonFor(action, {}, switches), 'operations.take_slate is false');
  t.match(reasonFor('reset-budget', {}, switches), 'operations.reset_budget is false');
});
