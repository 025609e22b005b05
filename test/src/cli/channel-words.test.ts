/** Which channel is wrong, why, and what is done about it, in words. */
import t from 'tap';
import { exitCodeOf, newsOf, titleText, whyOf } from '../../../src/cli/channel-words.js';
import { durationText, positionText, utcText } from '../../../src/cli/duration.js';
import type { ChannelView } from '../../../supervisors/engine/channel-view.js';
import { sampleSnapshot } from '../observe/sample-snapshot.js';
import { view } from './fake-engine.js';

const { budget, atUtcMs } = sampleSnapshot();
const coming = [
  {
    segmentIndex: 1,
    segmentType: 'content',
    title: 'News',
    assetUri: 'n.mp4',
    startsUtcMs: atUtcMs + 90_000,
    durationMs: 1,
    problem: null,
  },
];
const machine = (condition: string | null) => ({
  value: 'buffering',
  status: 'active',
  context: { condition },
  tags: [],
});

t.test('the exit code tells whether a channel is wrong', async (t) => {
  const of = (state: ChannelView['state'], ageMs = 0) => view({ state, ageMs });
  t.equal(exitCodeOf([]), 0);
  t.equal(exitCodeOf([of('ready'), of('stopped')]), 0);
  t.equal(exitCodeOf([of('ready'), of('buffering')]), 2);
  t.equal(exitCodeOf([of('ready', 1000)]), 0);
  t.equal(exitCodeOf([of('ready', 1001)]), 2, 'its host hangs');
});

t.test('why: what is seen since when, what is wrong, and what comes next', async (t) => {
  const slate = { airing: 'slate', airingSinceUtcMs: atUtcMs - 125_000 } as const;
  for (const [changes, why] of [
    [{}, ''],
    [
      { state: 'error', ...slate, detail: 'BudgetExhausted: gone', budget: { ...budget, backoffMs: 12_400 } },
      'slate for 2 min 05 s; BudgetExhausted: gone; next attempt in 12 s',
    ],
    [{ state: 'error', detail: 'its decoder died' }, 'its decoder died; an attempt is under way'],
    [
      { state: 'error', hostPid: null, detail: 'no host; a new one takes over' },
      'no host; a new one takes over',
    ],
    [
      { state: 'buffering', airing: 'hold', airingSinceUtcMs: atUtcMs - 400 },
      'hold for 0.4 s; frames are being gathered',
    ],
    [
      {
        state: 'buffering',
        airing: 'pad',
        detail: 'NoScheduledContent',
        machine: machine('NoScheduledContent'),
      },
      'NoScheduledContent; waits for another plan',
    ],
    [
      { state: 'buffering', detail: 'NoScheduledContent', machine: machine('NoScheduledContent'), coming },
      'NoScheduledContent; "News" begins in 1 min 30 s',
    ],
    [{ ageMs: 1800 }, 'its process hangs, last heard of 2 s ago'],
    [
      {
        planAssetProblems: {
          count: 3,
          soonest: [
            {
              planHandle: 'p',
              segmentIndex: 1,
              assetUri: 'n.mp4',
              reason: '"n.mp4" is missing',
              dueUtcMs: atUtcMs + 90_000,
            },
          ],
        },
      },
      'asset problem ahead, due in 1 min 30 s, and 2 more: "n.mp4" is missing',
    ],
    [
      // It is on air.
      {
        planAssetProblems: {
          count: 1,
          soonest: [
            {
              planHandle: 'p',
              segmentIndex: 1,
              assetUri: 'n.mp4',
              reason: '"n.mp4" is missing',
              dueUtcMs: atUtcMs - 60_000,
            },
          ],
        },
      },
      'asset problem ahead, due now: "n.mp4" is missing',
    ],
    [
      { airing: 'operator_slate', airingSinceUtcMs: atUtcMs - 5000, operatorSlate: { sinceUtcMs: 1 } },
      "operator's slate for 5 s",
    ],
    [{ state: 'stopped', hostPid: null, airing: null }, ''],
  ] as const) {
    t.equal(whyOf(view(changes as Partial<ChannelView>)), why);
  }
});

t.test('what is wrong now is not told again as a problem ahead', async (t) => {
  const soonest = [
    { planHandle: 'p', segmentIndex: 0, assetUri: 'x', reason: '"x" is missing', dueUtcMs: atUtcMs },
  ];
  const changes = { state: 'error', detail: 'Unusable: "x" is missing' } as const;
  t.equal(
    whyOf(view({ ...changes, planAssetProblems: { count: 1, soonest } })),
    'Unusable: "x" is missing; an attempt is under way',
  );
});

t.test('that time passes is no news; another state, segment or reason is', async (t) => {
  const before = newsOf(view());
  t.equal(newsOf(view({ atUtcMs: atUtcMs + 1000, bufferDepthFrames: 3, tick: 9, consumers: 7 })), before);
  t.not(newsOf(view({ detail: 'x' })), before);
  t.not(newsOf(view({ airing: 'hold' })), before);
  t.not(newsOf(view({ ageMs: 1500 })), before);
});

t.test('what others wrote moves no cursor and reorders nothing', async (t) => {
  const evil = 'a\u001b[2Jb\nc\u202ed\u009be';
  t.equal(titleText(evil), '"a\\u{1b}[2Jb\\u{a}c\\u{202e}d\\u{9b}e"');
  t.equal(whyOf(view({ detail: evil })), 'a\\u{1b}[2Jb\\u{a}c\\u{202e}d\\u{9b}e');
});

t.test('durations and times', async (t) => {
  t.same(
    [-5, 0, 449, 1_000, 59_400, 59_600, 125_000, 3_600_000, 86_399_000, 100 * 3_600_000].map(durationText),
    [
      '0.0 s',
      '0.0 s',
      '0.4 s',
      '1 s',
      '59 s',
      '1 min 00 s',
      '2 min 05 s',
      '1 h 00 min',
      '23 h 59 min',
      '4 d 04 h',
    ],
  );
  t.same([0, 61_999, 3_723_000].map(positionText), ['00:00', '01:01', '1:02:03']);
  t.equal(utcText(1_795_334_400_000), '2026-11-22 08:00:00');
  t.equal(utcText(1e300), '-');
});
