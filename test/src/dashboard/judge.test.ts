import { test } from 'tap';
import {
  engineDoes,
  judge,
  machineState,
  summary,
  viewersSee,
  why,
  worstFirst,
  youCan,
} from '../../../src/dashboard/judge.js';
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

const buffering = (channelId: number) =>
  airingView(channelId, {
    state: 'buffering',
    airing: 'slate',
    machine: { value: 'buffering', status: 'active', context: {}, tags: [] },
  });

const problemAhead = (channelId: number) =>
  airingView(channelId, {
    planAssetProblems: {
      count: 2,
      soonest: [
        {
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

test('wrong is what keeps viewers from what is scheduled, or nobody knows', async (t) => {
  const wrong = (view: ChannelView, quietMs = 0) => judge(view, quietMs).wrong;
  t.equal(wrong(airingView(1)), false);
  t.equal(wrong(stopped(1)), false);
  t.equal(wrong(problemAhead(1)), false);
  t.equal(wrong(recovering(1, 'content')), false, 'a recovery that no viewer notices');
  t.equal(wrong(recovering(1, 'slate')), true);
  t.equal(wrong(slateView(1)), true);
  t.equal(wrong(noHost(1)), true);
  t.equal(wrong(buffering(1)), true);
  t.equal(wrong(airingView(1), 2900), false);
  t.match(judge(airingView(1), 3100), { wrong: true, word: 'Not responding' });
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
