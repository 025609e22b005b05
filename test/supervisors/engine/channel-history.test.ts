/** What the engine remembers of a channel's past: transitions and the last hour, bounded. */
import t from 'tap';
import { ChannelHistory } from '../../../supervisors/engine/channel-history.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const airing = (source: 'content' | 'hold' | 'slate' | 'pad') => ({ event: 'airing', source }) as const;
const lost = { event: 'host_lost', reason: 'host process 7 was killed by SIGKILL', retryMs: 0 } as const;
const transition = (from: string, to: string) =>
  ({ event: 'transition', cause: 'a.cause', from, to }) as const;

t.test('transitions are the machine’s, and the engine’s where no host tells', async (t) => {
  const history = new ChannelHistory();
  history.follow(transition('stopped', 'buffering'), 1);
  history.follow(transition('buffering', 'ready'), 2);
  history.follow(lost, 3);
  history.follow(transition('stopped', 'buffering'), 4);
  history.follow({ event: 'channel_stopped' }, 5);
  history.follow({ event: 'start_refused', reason: 'no such plan' }, 6);
  history.follow({ event: 'start_refused', reason: 'no such plan' }, 7);
  t.same(
    history.transitions.map(({ atUtcMs, event, from, to }) => `${atUtcMs} ${event}: ${from} > ${to}`),
    [
      '1 a.cause: stopped > buffering',
      '2 a.cause: buffering > ready',
      '3 host.lost: ready > error',
      '4 a.cause: stopped > buffering',
      '5 channel.stop: buffering > stopped',
      '6 start.refused: stopped > error',
    ],
  );
});

t.test('a stop that the machine has told of is told once', async (t) => {
  const history = new ChannelHistory();
  history.follow(transition('stopping', 'stopped'), 1);
  history.follow({ event: 'channel_stopped' }, 2);
  t.equal(history.transitions.length, 1);
});

t.test('the last 50 transitions are kept, and what was handed out stays as it was', async (t) => {
  const history = new ChannelHistory();
  for (let at = 1; at <= 60; at++) history.follow(transition('ready', 'buffering'), at);
  const handedOut = history.transitions;
  t.equal(handedOut.length, 50);
  t.match([handedOut[0], handedOut[49]], [{ atUtcMs: 11 }, { atUtcMs: 60 }]);
  history.follow(transition('buffering', 'ready'), 61);
  t.equal(handedOut.at(-1)?.atUtcMs, 60);
});

t.test('what left the channel stands side by side, without a gap, the last without an end', async (t) => {
  const history = new ChannelHistory();
  history.follow(airing('slate'), 1000);
  history.follow(airing('content'), 2000);
  history.follow(airing('content'), 2500);
  history.follow(lost, 3000);
  history.follow(airing('content'), 4000);
  history.follow({ event: 'channel_stopped' }, 5000);
  t.same(history.timeline(7, 6000), {
    channelId: 7,
    fromUtcMs: 6000 - HOUR,
    toUtcMs: 6000,
    spans: [
      { source: 'slate', fromUtcMs: 1000, toUtcMs: 2000 },
      { source: 'content', fromUtcMs: 2000, toUtcMs: 3000 },
      { source: 'none', fromUtcMs: 3000, toUtcMs: 4000 },
      { source: 'content', fromUtcMs: 4000, toUtcMs: 5000 },
      { source: 'none', fromUtcMs: 5000, toUtcMs: null },
    ],
    marks: [
      { atUtcMs: 3000, event: 'host_lost', text: lost.reason },
      { atUtcMs: 5000, event: 'channel_stopped', text: 'stopped' },
    ],
  });
});

t.test('after an hour what is over is gone, and what goes on is not', async (t) => {
  const history = new ChannelHistory();
  history.follow(airing('slate'), 0);
  history.follow({ event: 'budget_reset' }, 1);
  history.follow(airing('content'), MINUTE);
  const hourLater = history.timeline(7, MINUTE + HOUR);
  t.same(hourLater.spans, [{ source: 'content', fromUtcMs: MINUTE, toUtcMs: null }]);
  t.same(hourLater.marks, []);
  t.same(history.timeline(7, 9 * HOUR).spans, hourLater.spans, 'content since long ago');
});

t.test('a channel that flaps for hours, with words without end, stays within its bounds', async (t) => {
  const history = new ChannelHistory();
  const reason = 'x'.repeat(100_000);
  for (let at = 0; at < 5000; at++) {
    history.follow(airing(at % 2 === 0 ? 'content' : 'hold'), at);
    history.follow({ event: 'restart', restarts: [], attempt: 1, reason }, at);
  }
  const { spans, marks } = history.timeline(7, 5000);
  t.equal(spans.length, 1000);
  t.match(spans.at(-1), { fromUtcMs: 4999, toUtcMs: null });
  t.equal(marks.length, 500);
  t.ok(marks.every(({ text }) => text.length <= 300));
});
