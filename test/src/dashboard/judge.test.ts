import { test } from 'tap';
import { exitCodeOf, remedyText, stateCell } from '../../../src/cli/channel-words.js';
import { machineState, runs } from '../../../src/dashboard/channel-facts.js';
import { engineDoes, summary, viewersSee, why, worstFirst, youCan } from '../../../src/dashboard/judge.js';
import { judge } from '../../../src/dashboard/judgement.js';
import { clockTime } from '../../../src/dashboard/words.js';
import { channelsStatus } from '../../../src/service/channels-status.js';
import type { ChannelView } from '../../../supervisors/engine/channel-view.js';
import { airingView, slateView } from '../../support/dashboard-station.js';

const judged = (view: ChannelView) => ({ view, judgement: judge(view) });

const recovering = (channelId: number, airing: 'content' | 'slate') =>
  airingView(channelId, {
    state: 'error',
    airing,
    machine: { value: { error: 'recovering' }, status: 'active', context: {}, tags: [] },
  });

const stopped = (channelId: number) =>
  airingView(channelId, { state: 'stopped', hostPid: null, machine: null, airing: null, healthy: false });

const noHost = (channelId: number) =>
  airingView(channelId, { state: 'error', hostPid: null, machine: null, airing: null });

const buffering = (channelId: number, airing: 'slate' | null = 'slate') =>
  airingView(channelId, {
    state: 'buffering',
    airing,
    machine: { value: 'buffering', status: 'active', context: {}, tags: [] },
  });

const nothingScheduled = (channelId: number) => {
  const { conditions } = airingView(channelId);
  return airingView(channelId, {
    state: 'buffering',
    airing: 'pad',
    conditions: conditions.map((each) => ({ ...each, status: each.type === 'NoScheduledContent' })),
  });
};

const problemAhead = (channelId: number) =>
  airingView(channelId, {
    planAssetProblems: {
      count: 2,
      soonest: [
        {
          planHandle: 'p',
          segmentIndex: 5,
          assetUri: 'shows/late.mp4',
          reason: 'does not exist',
          dueUtcMs: Date.now() + 60_000,
        },
      ],
    },
  });

test('channels stand worst first, and among equals by their id', async (t) => {
  const all = [
    ...[stopped(1), airingView(2), airingView(3), problemAhead(4), buffering(5), recovering(6, 'content')],
    ...[slateView(8), slateView(7), noHost(9)],
  ];
  t.same(
    worstFirst(all.map(judged)).map(({ view }) => view.channelId),
    [7, 8, 9, 6, 5, 4, 2, 3, 1],
  );
});

test('wrong is what is not ready and was not stopped on purpose, or of which nobody can tell', async (t) => {
  const problem = { ...problemAhead(1), ageMs: 1000 };
  const taken = airingView(1, { airing: 'operator_slate', operatorSlate: { sinceUtcMs: 1 } });
  for (const [view, wrong, word, colour] of [
    [airingView(1), false, 'Ready', 'green'],
    [problem, false, 'Problem ahead', 'yellow'],
    [taken, false, "Operator's slate", 'yellow'],
    [stopped(1), false, 'Stopped', 'dim'],
    [{ ...stopped(1), ageMs: 5000 }, false, 'Stopped', 'dim'],
    [{ ...airingView(1), ageMs: 1001 }, true, 'Not responding', 'red'],
    [{ ...taken, ageMs: 1001 }, true, 'Not responding', 'red'],
    [recovering(1, 'content'), true, 'Recovering', 'yellow'],
    [recovering(1, 'slate'), true, 'Recovering', 'red'],
    [slateView(1), true, 'On slate', 'red'],
    [noHost(1), true, 'No output', 'red'],
    [buffering(1), true, 'Buffering', 'red'],
    [buffering(1, null), true, 'Buffering', 'yellow'],
    [nothingScheduled(1), true, 'Nothing scheduled', 'red'],
  ] as const) {
    t.match(judge(view), { wrong, word });
    // On the command line, and in the line that the service manager shows.
    t.equal(exitCodeOf([view]), wrong ? 2 : 0, word);
    t.equal(stateCell(view).style, colour, word);
    t.equal(channelsStatus([view]).includes('not ready: 1'), wrong, word);
  }
  t.equal(viewersSee(recovering(1, 'content'), Date.now()), 'what is scheduled');
});

test('the summary counts the wrong ones and names the worst', async (t) => {
  const now = Date.now();
  const slate = slateView(7, { sinceUtcMs: now - 120_000 });
  t.match(summary([airingView(1), slate].map(judged), now), {
    tone: 'bad',
    text: '1 of 2 channels is wrong: channel 7 on slate for 2 min',
  });
  t.equal(summary([airingView(1), airingView(2)].map(judged), now).text, '2 channels on air as scheduled');
  t.match(summary([airingView(1), problemAhead(4)].map(judged), now), {
    tone: 'warn',
    text: /look at channel 4$/,
  });
  t.match(summary([airingView(1), recovering(6, 'content')].map(judged), now), {
    tone: 'warn',
    text: /^1 of 2 channels is wrong: channel 6 recovering/,
  });
  const taken = (channelId: number) => airingView(channelId, { airing: 'operator_slate' });
  t.match(summary([airingView(1), taken(2), taken(3)].map(judged), now), {
    tone: 'warn',
    text: "1 channel on air as scheduled, 2 channels on an operator's slate; look at channels 2, 3",
  });
  t.equal(summary([judged(taken(2))], now).text, "1 channel on an operator's slate; look at channel 2");
  t.match(summary([], now), { tone: 'off' });
  t.match(summary([stopped(1)].map(judged), now).text, /none on air/);
});

test('each answer is there where there is something to say', async (t) => {
  const now = Date.now();
  const slate = slateView(7);
  t.match(viewersSee(slate, now), /^slate for 2 min/);
  t.match(why(slate), /SIGSEGV/);
  t.match(
    engineDoes(slate, slate.atUtcMs),
    /^tries again in 12 s; the next segment begins at \d\d:\d\d:\d\d$/,
  );
  t.match(engineDoes(slate, slate.atUtcMs + 5000), /in 7 s/, 'time passes between snapshots, too');
  t.match(youCan(slate), /reset budget/);
  const well = airingView(1);
  t.same([why(well), engineDoes(well, now), youCan(well)], ['', '', '']);
  t.match(why(problemAhead(4)), /late\.mp4, due at .*: does not exist/);
  t.match(youCan(problemAhead(4)), /mend 2 files before/);
  t.equal(machineState(slate), 'error.slate');
  t.equal(machineState(stopped(1)), 'stopped');
});

test('page and command line tell of the same remedy, each in its words', async (t) => {
  const waiting = nothingScheduled(1);
  const inMs = (ms: number) => waiting.atUtcMs + ms;
  const coming = waiting.coming.slice(0, 1).map((segment) => ({ ...segment, startsUtcMs: inMs(60_000) }));
  const pending = (startUtcMs: number | null) => ({ pendingPlan: { planHandle: 'night', startUtcMs } });
  const nothingToCome = { ...waiting, coming: [] };
  for (const [view, page, line] of [
    [airingView(1), '', ''],
    [stopped(1), '', ''],
    [noHost(1), /^starts a new host process/, ''],
    [slateView(1), /^tries again in 12 s; /, 'next attempt in 12 s'],
    [recovering(1, 'content'), /^restarts the decoder now; /, 'an attempt is under way'],
    [buffering(1), /^fills the queue: /, 'frames are being gathered'],
    [nothingToCome, 'waits for a plan', 'waits for another plan'],
    [{ ...nothingToCome, ...pending(null) }, 'waits for a plan', 'waits for another plan'],
    [{ ...nothingToCome, ...pending(inMs(90_000)) }, at(90_000), '"night" begins in 1 min 30 s'],
    [{ ...waiting, coming }, at(60_000), '"Weather" begins in 1 min 00 s'],
    [{ ...waiting, coming, ...pending(inMs(90_000)) }, at(60_000), '"Weather" begins in 1 min 00 s'],
    [{ ...waiting, coming, ...pending(inMs(30_000)) }, at(30_000), '"night" begins in 30 s'],
  ] as const) {
    const does = engineDoes(view, view.atUtcMs);
    if (typeof page === 'string') t.equal(does, page);
    else t.match(does, page);
    t.equal(remedyText(view), line);
  }

  function at(ms: number): string {
    return `waits for what begins at ${clockTime(inMs(ms))}`;
  }
});

test('a part of the tree that starts is not wrong, here or on the command line', (t) => {
  const states = ['running', 'starting', 'restarting', 'stopping', 'stopped', 'of a later engine'];
  t.same(
    states.filter((state) => runs({ state })),
    ['running', 'starting'],
  );
  t.end();
});
