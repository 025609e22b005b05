/** The worst lateness of the last minute: never longer ago, and never forgotten before. */
import t from 'tap';
import { ChannelStats } from '../../../supervisors/channel/channel-stats.js';

t.test('the worst is told for a minute, by the second', async (t) => {
  const { worstLateness } = new ChannelStats();
  t.equal(worstLateness.at(5_000_000), 0);
  worstLateness.note(5_000_000, 3);
  worstLateness.note(5_000_500, 40);
  worstLateness.note(5_001_000, 7);
  t.equal(worstLateness.at(5_030_000), 40);
  t.equal(worstLateness.at(5_059_999), 40);
  t.equal(worstLateness.at(5_060_000), 7, 'the second of the worst is over');
  t.equal(worstLateness.at(5_061_000), 0);
});

t.test('after a pause of more than a minute nothing of before is told', async (t) => {
  const { worstLateness } = new ChannelStats();
  for (let second = 0; second < 60; second++) worstLateness.note(second * 1000, 10 + second);
  t.equal(worstLateness.at(59_000), 69);
  worstLateness.note(1_000_000, 1);
  t.equal(worstLateness.at(1_000_000), 1);
});

t.test('a tick that was on time, or early, takes nothing back', async (t) => {
  const { worstLateness } = new ChannelStats();
  worstLateness.note(1000, 5);
  worstLateness.note(1001, -2);
  t.equal(worstLateness.at(1002), 5);
});
