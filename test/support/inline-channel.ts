/**
 * One channel, whole and inline: the real supervisor tree, machine, frame pool, queue and pacer on a fake clock, with
 * fake decoders, plans that stand in the test, and an output that writes down what every tick aired.
 */
import type { Test } from 'tap';
import { DEFAULT_RESTART_LIMITS } from '../../machines/restart-policy.js';
import { createFramePool } from '../../src/frames/frame-pool.js';
import { createFrameQueue } from '../../src/frames/frame-queue.js';
import { startPacer } from '../../src/frames/pacer.js';
import { createTimeline } from '../../src/plan/timeline.js';
import type { ChannelReport } from '../../supervisors/channel/channel-event.js';
import type { ChannelSettings } from '../../supervisors/channel/channel-settings.js';
import { type Channel, startChannel } from '../../supervisors/channel/channel-supervisor.js';
import type { Format } from '../../supervisors/channel/format.js';
import type { FramePool } from '../../supervisors/channel/frame-store.js';
import { PlanError, type PlanSource } from '../../supervisors/channel/plan.js';
import type { PlanChangeOutcome } from '../../supervisors/channel/plan-change.js';
import type { AiringSource, ChannelState } from '../../supervisors/channel/snapshot.js';
import type { SourceSupervisor } from '../../supervisors/channel/source-supervisor.js';
import type { SupervisorReport } from '../../supervisors/otp/report.js';
import { FakeClock, settle } from './fake-clock.js';
import { createFakeDecoders, type FakeDecoders, paint, shownIn } from './fake-decoder.js';

const FORMAT: Format = { width: 16, height: 16, fpsNum: 30, fpsDen: 1 };
const POOL_SLOTS = 75;

/** The design's numbers. */
export const SETTINGS: ChannelSettings = {
  format: FORMAT,
  queueFrames: 60,
  preparingFrames: 15,
  readyFrames: 30,
  holdMs: 1000,
  slateMinMs: 1000,
  stallMs: 1000,
  firstFrameMs: 5000,
  maxLagMs: 1000,
  leadMs: 5000,
  updateTimeoutMs: 5000,
  restarts: { ...DEFAULT_RESTART_LIMITS },
};

export interface TestPlan {
  /** Asset, frames that the plan gives it, in-point. */
  readonly segments: readonly (readonly [asset: string, frames: number, offsetMs?: number])[];
  readonly loop?: boolean;
  readonly startUtcMs?: number;
}

/** What one tick aired. */
export interface Aired {
  readonly tick: number;
  readonly source: AiringSource;
  readonly asset: string;
  readonly frame: number;
  /** The channel's state once the tick was decided. */
  readonly state: ChannelState;
  readonly staged: number;
  readonly atMs: number;
}

export interface InlineChannel {
  readonly clock: FakeClock;
  readonly decoders: FakeDecoders;
  readonly pool: FramePool;
  readonly channel: Channel<never>;
  readonly source: SourceSupervisor;
  /** By handle; may be changed at any time. */
  readonly plans: Record<string, TestPlan>;
  /** How long an asset is according to its container, in frames; one that is not named does not say. */
  readonly assetFrames: Record<string, number>;
  readonly missing: Set<string>;
  /** Assets and handles that are not answered for until they are taken out again. */
  readonly slow: Set<string>;
  readonly reports: ChannelReport[];
  readonly supervision: SupervisorReport[];
  readonly aired: Aired[];
  /** Asks for a plan; time goes on only with {@link run}. */
  start(handle: string): Promise<PlanChangeOutcome>;
  /** Starts and runs until the answer is there. */
  startAndAir(handle: string): Promise<PlanChangeOutcome>;
  run(ms: number): Promise<void>;
  runTicks(ticks: number): Promise<void>;
  /** Runs, in steps of a tick, until something holds; refuses to wait for ever. */
  runUntil(what: () => boolean, atMostMs?: number): Promise<void>;
  /** Runs until the promise has settled, and answers what it came to. */
  told<T>(promise: Promise<T>): Promise<T>;
  /** What aired since the list was last taken: `pad*9 a@0..29 hold(a@29)*3 slate*30`. */
  taken(): string;
  /** States entered so far, in order. */
  states(): ChannelState[];
  restartTimesMs(): number[];
  stop(): Promise<number[]>;
}

export async function inlineChannel(
  t: Test,
  options: {
    readonly plans: Record<string, TestPlan>;
    readonly settings?: Partial<ChannelSettings>;
    readonly restarts?: readonly number[];
    readonly lastFirstAttemptMs?: number | undefined;
    readonly operatorSlateSinceUtcMs?: number | undefined;
    readonly random?: () => number;
    readonly startUtcMs?: number;
    /** Throws in the tick path, to see what the tree does. */
    readonly sabotage?: (tick: number) => void;
    /** Where it is one of several: the clock that they share, when its tick 0 is due, and who listens. */
    readonly shared?: {
      readonly clock: FakeClock;
      readonly epochMs: number;
      readonly onReport: (report: ChannelReport) => void;
    };
  },
): Promise<InlineChannel> {
  const settings = { ...SETTINGS, ...options.settings };
  const { format } = settings;
  // No round number: nothing may depend on time beginning at 0.
  const clock = options.shared?.clock ?? new FakeClock(1_234.5, options.startUtcMs ?? 1_795_334_400_000);
  const epochMs = options.shared?.epochMs ?? clock.nowMs();
  const decoders = createFakeDecoders(clock);
  const pool = createFramePool(format, POOL_SLOTS);
  const slate = createFramePool(format, 1).lease();
  if (slate === undefined) throw new Error('no memory for slate');
  paint(slate, 'slate', 0);
  const assetFrames: Record<string, number> = {};
  const missing = new Set<string>();
  const slow = new Set<string>();
  const reports: ChannelReport[] = [];
  const supervision: SupervisorReport[] = [];
  const restartTimes: number[] = [];
  const aired: Aired[] = [];
  let taken = 0;

  const channel = await startChannel<never>({
    channelId: 7,
    settings,
    clock,
    epochMs,
    plans: testPlans(options.plans, assetFrames, missing, slow, format),
    startDecoder: decoders.start,
    pool,
    createQueue: createFrameQueue,
    ports: {
      openOutput: () => ({
        consumers: 0,
        framesDropped: 0,
        list: () => [],
        add: () => {},
        air: () => {},
        close: async () => {},
      }),
      startPacer: (order) => {
        let now: { tick: number; source: AiringSource };
        return startPacer({
          ...order,
          format,
          epochMs,
          clock,
          slate,
          source: {
            ...order.source,
            next(tick) {
              options.sabotage?.(tick);
              const decided = order.source.next(tick);
              now = { tick, source: decided.source };
              return decided;
            },
          },
          air(frame) {
            order.air(frame);
            const state = channel?.source?.machine.state ?? 'stopped';
            const staged = channel?.source?.desk.live?.queue.size ?? 0;
            aired.push({ ...now, ...shownIn(frame), state, staged, atMs: clock.nowMs() });
          },
        });
      },
    },
    restarts: options.restarts ?? [],
    lastFirstAttemptMs: options.lastFirstAttemptMs,
    operatorSlateSinceUtcMs: options.operatorSlateSinceUtcMs,
    random: options.random ?? (() => 0),
    report(report) {
      reports.push(report);
      if (report.event === 'restart') restartTimes.push(clock.nowMs());
      options.shared?.onReport(report);
    },
    onSupervision: (report) => supervision.push(report),
  });

  let stopping: Promise<number[]> | undefined;
  const world: InlineChannel = {
    clock,
    decoders,
    pool,
    channel,
    get source() {
      if (channel.source === undefined) throw new Error('the channel has no source supervisor');
      return channel.source;
    },
    plans: options.plans,
    assetFrames,
    missing,
    slow,
    reports,
    supervision,
    aired,
    start: (planHandle) => channel.start({ planHandle, startTick: undefined }),
    async startAndAir(handle) {
      let outcome: PlanChangeOutcome | undefined;
      void world.start(handle).then((told) => {
        outcome = told;
      });
      await world.runUntil(() => outcome !== undefined, 60_000);
      return outcome as PlanChangeOutcome;
    },
    run: (ms) => clock.run(ms),
    runTicks: (ticks) => clock.run((ticks * 1000 * format.fpsDen) / format.fpsNum),
    async runUntil(what, atMostMs = 30_000) {
      const untilMs = clock.nowMs() + atMostMs;
      while (!what()) {
        if (clock.nowMs() > untilMs) throw new Error(`did not happen within ${atMostMs} ms: ${what}`);
        await world.runTicks(1);
      }
    },
    async told<T>(promise: Promise<T>) {
      let outcome: { readonly value: T } | undefined;
      void promise.then((value) => {
        outcome = { value };
      });
      await world.runUntil(() => outcome !== undefined);
      return (outcome as unknown as { value: T }).value;
    },
    taken() {
      const text = inWords(aired.slice(taken));
      taken = aired.length;
      return text;
    },
    states: () => reports.flatMap((report) => (report.event === 'state' ? report.to : [])),
    restartTimesMs: () => [...restartTimes],
    stop() {
      stopping ??= channel.stop();
      return stopping;
    },
  };

  t.teardown(async () => {
    await world.stop();
    await settle();
    // Whatever a test did: when the channel is gone, so is everything it held.
    if (pool.free !== POOL_SLOTS)
      throw new Error(`${POOL_SLOTS - pool.free} frame slots were never returned`);
    const left = decoders.running.filter(({ pid }) => pid === undefined);
    if (left.length > 0) throw new Error(`decoders left behind: ${left.map(({ asset }) => asset)}`);
    if (options.shared === undefined && clock.pendingTimers > 0)
      throw new Error(`${clock.pendingTimers} timers left behind`);
  });
  return world;
}

/** Run-length notation; content counts the asset's frames. */
export function inWords(aired: readonly Aired[]): string {
  const words: string[] = [];
  for (let i = 0; i < aired.length; ) {
    const { source, asset, frame } = aired[i] as Aired;
    const step = source === 'content' ? 1 : 0;
    let n = 1;
    while (same(aired[i + n], source, asset, frame + n * step)) n++;
    if (source === 'content')
      words.push(n === 1 ? `${asset}@${frame}` : `${asset}@${frame}..${frame + n - 1}`);
    else words.push(`${source === 'hold' ? `hold(${asset}@${frame})` : source}*${n}`);
    i += n;
  }
  return words.join(' ');
}

function same(next: Aired | undefined, source: AiringSource, asset: string, frame: number): boolean {
  return next?.source === source && next.asset === asset && next.frame === frame;
}

function testPlans(
  plans: Record<string, TestPlan>,
  assetFrames: Record<string, number>,
  missing: Set<string>,
  slow: Set<string>,
  format: Format,
): PlanSource {
  const answered = async (what: string, signal: AbortSignal) => {
    while (slow.has(what) && !signal.aborted) await settle();
    signal.throwIfAborted();
  };
  return {
    async resolve(handle, _format, signal, copied) {
      if (copied === undefined) await answered(handle, signal);
      const plan = copied === undefined ? plans[handle] : (JSON.parse(copied.packed) as TestPlan);
      if (plan === undefined) throw new PlanError('unknown_plan', `plan_handle "${handle}": no such plan`);
      const segments = plan.segments.map(([assetUri, frames, offsetMs = 0], index) => ({
        segment: { index, assetUri, offsetMs, segmentType: 'content' },
        length: { frames },
      }));
      const { loop = false, startUtcMs } = plan;
      const hash = JSON.stringify(plan);
      const copy = async () => {
        await answered(`copy of ${handle}`, new AbortController().signal);
        return { syntax: 'json', packed: hash, durations: [] } as const;
      };
      return { ...createTimeline({ handle, hash, startUtcMs, loop, segments }, format), copy };
    },
    async preview(handle, _format, signal) {
      await answered(handle, signal);
      if (missing.has(handle)) throw new PlanError('missing_asset', `asset_path "${handle}": no such file`);
      const segment = { index: 0, assetUri: handle, offsetMs: 0, segmentType: 'preview' };
      const length = { frames: assetFrames[handle] ?? 300 };
      const hash = `${handle} of ${length.frames}`;
      return createTimeline(
        { handle, hash, startUtcMs: undefined, loop: false, segments: [{ segment, length }] },
        format,
      );
    },
    async asset({ assetUri }, signal) {
      await answered(assetUri, signal);
      if (missing.has(assetUri)) throw new PlanError('missing_asset', `asset "${assetUri}": no such file`);
      const frames = assetFrames[assetUri];
      const durationMs = frames === undefined ? undefined : (frames * 1000 * format.fpsDen) / format.fpsNum;
      return { input: { kind: 'file', path: assetUri }, durationMs, displaySize: undefined };
    },
  };
}
