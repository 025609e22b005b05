import { test } from 'tap';
import { createMetrics } from '../../../src/observe/metrics.js';
import type { ChannelSnapshot } from '../../../supervisors/channel/snapshot.js';
import { SAMPLE_BUILD, sampleSnapshot, viewsOf } from './sample-snapshot.js';

const PREFIX = 'retrovue_playout_';
const uncounted = () => undefined;

async function scrape(snapshots: ChannelSnapshot[]): Promise<string[]> {
  const metrics = createMetrics({ views: viewsOf(snapshots), build: SAMPLE_BUILD, processes: uncounted });
  return (await metrics.registry.metrics()).split('\n');
}

/** The series of ours, without prefix, comments and what is about Node. */
function series(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith(PREFIX)).map((line) => line.slice(PREFIX.length));
}

test('a channel is shown in full, every number where the design names it', async (t) => {
  t.strictSame(series(await scrape([sampleSnapshot()])), [
    'channel_state{channel="7"} 2',
    'channel_in_state{channel="7",state="stopped"} 0',
    'channel_in_state{channel="7",state="buffering"} 0',
    'channel_in_state{channel="7",state="ready"} 1',
    'channel_in_state{channel="7",state="error"} 0',
    'frame_gap_seconds{channel="7"} -0.002',
    'buffer_depth_frames{channel="7"} 58',
    'buffer_capacity_frames{channel="7"} 60',
    'channel_health{channel="7"} 1',
    'slate_active{channel="7"} 0',
    'no_scheduled_content{channel="7"} 0',
    'operator_slate_active{channel="7"} 0',
    'plan_asset_problems{channel="7"} 2',
    'restart_budget_remaining{channel="7"} 4',
    'consumers{channel="7"} 2',
    'channel_uptime_seconds{channel="7"} 33.5',
    'clock_offset_seconds{channel="7"} 0.25',
    'frames_aired_total{channel="7",source="content"} 900',
    'frames_aired_total{channel="7",source="hold"} 30',
    'frames_aired_total{channel="7",source="slate"} 70',
    'frames_decoded_total{channel="7"} 960',
    'frames_dropped_total{channel="7",reason="late"} 3',
    'frames_dropped_total{channel="7",reason="plan_swap"} 0',
    'frames_dropped_total{channel="7",reason="preview"} 0',
    'frames_dropped_total{channel="7",reason="stopped"} 0',
    'frames_dropped_total{channel="7",reason="filler"} 0',
    'frames_dropped_total{channel="7",reason="skipped"} 0',
    'frames_dropped_total{channel="7",reason="operator_slate"} 0',
    'frames_dropped_total{channel="7",reason="odd \\"reason\\"\\\\\\n"} 1',
    'ticks_missed_total{channel="7"} 5',
    'buffer_underrun_total{channel="7"} 6',
    'decode_failures_total{channel="7"} 8',
    'decoder_restarts_total{channel="7",reason="crashed"} 2',
    'decoder_restarts_total{channel="7",reason="ended_early"} 0',
    'decoder_restarts_total{channel="7",reason="stalled"} 0',
    'decoder_restarts_total{channel="7",reason="no_frames"} 0',
    'decoder_restarts_total{channel="7",reason="too_slow"} 0',
    'decoder_restarts_total{channel="7",reason="unusable"} 0',
    'decoder_restarts_total{channel="7",reason="operator"} 0',
    'plan_rejections_total{channel="7"} 9',
    'consumer_frames_dropped_total{channel="7"} 10',
    'decode_latency_seconds_bucket{channel="7",le="0.1"} 1',
    'decode_latency_seconds_bucket{channel="7",le="0.5"} 3',
    'decode_latency_seconds_bucket{channel="7",le="+Inf"} 4',
    'decode_latency_seconds_sum{channel="7"} 1.5',
    'decode_latency_seconds_count{channel="7"} 4',
    'tick_lateness_seconds_bucket{channel="7",le="+Inf"} 0',
    'tick_lateness_seconds_sum{channel="7"} 0',
    'tick_lateness_seconds_count{channel="7"} 0',
    'plan_swap_seconds_bucket{channel="7",le="1"} 0',
    'plan_swap_seconds_bucket{channel="7",le="+Inf"} 0',
    'plan_swap_seconds_sum{channel="7"} 0',
    'plan_swap_seconds_count{channel="7"} 0',
    'build_info{version="0.1.0",api_version="1.0.0",ffmpeg_version="5.1"} 1',
  ]);
});

test('each state has its number and its own series', async (t) => {
  for (const [state, number] of [
    ['stopped', 0],
    ['buffering', 1],
    ['ready', 2],
    ['error', 3],
  ] as const) {
    const lines = series(await scrape([sampleSnapshot({ state })]));
    t.ok(lines.includes(`channel_state{channel="7"} ${number}`), state);
    t.strictSame(
      lines.filter((line) => line.startsWith('channel_in_state') && line.endsWith(' 1')),
      [`channel_in_state{channel="7",state="${state}"} 1`],
    );
  }
});

test('slate is active while content is missing, not while the schedule asks for slate', async (t) => {
  for (const [airing, value] of [
    ['slate', 1],
    ['pad', 0],
    ['operator_slate', 0],
    ['hold', 0],
    ['content', 0],
    [null, 0],
  ] as const) {
    const lines = series(await scrape([sampleSnapshot({ airing })]));
    t.ok(lines.includes(`slate_active{channel="7"} ${value}`), `${airing}`);
  }
});

test('that nothing is scheduled is what the condition of that name says, also after the snapshot has been through JSON', async (t) => {
  for (const [condition, value] of [
    ['NoScheduledContent', 1],
    ['BudgetExhausted', 0],
    [null, 0],
  ] as const) {
    const machine = { value: 'buffering', status: 'active', context: { condition }, tags: [] };
    const lines = series(await scrape([JSON.parse(JSON.stringify(sampleSnapshot({ machine })))]));
    t.ok(lines.includes(`no_scheduled_content{channel="7"} ${value}`), `${condition}`);
  }
});

test('a channel without a process stages nothing', async (t) => {
  const lines = series(await scrape([sampleSnapshot({ hostPid: null })]));
  t.ok(lines.includes('buffer_capacity_frames{channel="7"} 0'));
});

test('a scrape reads the channels once, and those who ask meanwhile share it', async (t) => {
  let readings = 0;
  let counts = 0;
  const { registry } = createMetrics({
    views: {
      ...viewsOf([]),
      snapshots: () => viewsOf([sampleSnapshot({ tick: ++readings, uptimeSeconds: readings })]).snapshots(),
    },
    build: SAMPLE_BUILD,
    processes: async () => ({ expected: ++counts, actual: 1, zombies: 0 }),
  });
  const crowd = await Promise.all(Array.from({ length: 1000 }, () => registry.metrics()));
  t.equal(new Set(crowd).size, 1);
  t.same([readings, counts], [1, 1]);
  t.match(await registry.metrics(), 'channel_uptime_seconds{channel="7"} 2\n', 'the next one reads anew');
  t.same([readings, counts], [2, 2]);
});

test('a scrape that fails is told to all who share it, and the next one is made', async (t) => {
  let fails = true;
  const { registry } = createMetrics({
    views: viewsOf([sampleSnapshot()]),
    build: SAMPLE_BUILD,
    async processes() {
      if (fails) throw new Error('/proc is gone');
      return undefined;
    },
  });
  for (const { status } of await Promise.allSettled([registry.metrics(), registry.metrics()]))
    t.equal(status, 'rejected');
  fails = false;
  t.match(await registry.metrics(), 'channel_state{channel="7"} 2\n');
});

test("an operator's slate has a gauge of its own, whatever airs beneath it", async (t) => {
  for (const [operatorSlate, value] of [
    [null, 0],
    [{ sinceUtcMs: 1 }, 1],
  ] as const) {
    const lines = series(await scrape([sampleSnapshot({ operatorSlate })]));
    t.ok(lines.includes(`operator_slate_active{channel="7"} ${value}`));
  }
});

test('metrics follow the snapshots, and the series of a channel that is gone are gone', async (t) => {
  const snapshots = [sampleSnapshot({ channelId: 1 }), sampleSnapshot({ channelId: 2 })];
  const { registry } = createMetrics({
    views: viewsOf(snapshots),
    build: SAMPLE_BUILD,
    processes: uncounted,
  });
  const before = await registry.metrics();
  t.match(before, /channel="1"/);
  t.match(before, 'retrovue_playout_ticks_missed_total{channel="2"} 5\n');
  const [first, second] = snapshots.splice(0);
  t.ok(first);
  if (second !== undefined) {
    snapshots.push({ ...second, healthy: false, counters: { ...second.counters, ticksMissed: 4 } });
  }
  const after = await registry.metrics();
  t.notMatch(after, /channel="1"/);
  t.match(after, 'retrovue_playout_channel_health{channel="2"} 0\n');
  t.match(
    after,
    'retrovue_playout_ticks_missed_total{channel="2"} 4\n',
    'a host that starts afresh counts afresh',
  );
});

test('no path, pid, port or plan handle is a label', async (t) => {
  const lines = series(await scrape([sampleSnapshot()]));
  const names = new Set(
    lines.flatMap((line) => [...line.matchAll(/[{,]([a-z_]+)="/g)].map((match) => match[1])),
  );
  t.strictSame([...names].sort(), [
    'api_version',
    'channel',
    'ffmpeg_version',
    'le',
    'reason',
    'source',
    'state',
    'version',
  ]);
  t.notMatch(lines.join('\n'), /plan-of-secrets|424242|9007/);
});

test("the names keep to Prometheus's conventions, and each has help and a type", async (t) => {
  const lines = await scrape([sampleSnapshot()]);
  const types = new Map(
    lines
      .filter((line) => line.startsWith('# TYPE'))
      .map((line) => line.split(' ').slice(2, 4) as [string, string]),
  );
  const ours = [...types].filter(([name]) => name.startsWith(PREFIX));
  t.equal(ours.length, 30);
  for (const [name, type] of ours) {
    t.equal(name.endsWith('_total'), type === 'counter', `${name} is a ${type}`);
    t.notMatch(name, /_(count|sum|bucket|ms|milliseconds|gauge|counter|histogram)$/);
    t.match(name, /^[a-z_]+$/);
    t.ok(
      lines.some((line) => line.startsWith(`# HELP ${name} `) && line.endsWith('.')),
      `${name} has help`,
    );
  }
});

test('the children are counted at each scrape, and left out where they cannot be counted', async (t) => {
  let zombies = 0;
  const options = { views: viewsOf([]), build: SAMPLE_BUILD };
  const { registry } = createMetrics({
    ...options,
    processes: async () => ({ expected: 3, actual: 2, zombies: zombies++ }),
  });
  await registry.metrics();
  const text = await registry.metrics();
  t.match(text, 'retrovue_playout_children_expected 3\n');
  t.match(text, 'retrovue_playout_children_actual 2\n');
  t.match(text, 'retrovue_playout_zombies 1\n');
  const without = await createMetrics({ ...options, processes: uncounted }).registry.metrics();
  t.notMatch(without, /children_actual [0-9]/);
});

test("the engine's own process is shown under the usual names, also where metrics are created twice", async (t) => {
  await scrape([]);
  const text = (await scrape([])).join('\n');
  t.match(text, /^process_cpu_seconds_total [0-9]/m);
  t.match(text, /^process_resident_memory_bytes [0-9]/m);
  t.match(text, /^nodejs_eventloop_lag_p99_seconds [0-9]/m);
  t.equal(text.match(/^# TYPE process_cpu_seconds_total /gm)?.length, 1);
});
