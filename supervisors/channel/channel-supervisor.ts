/**
 * The channel supervisor: one channel's whole subtree, `rest_for_one` over output, pacer and source supervisor.
 * It runs in the channel's host process, or inline in any other.
 *
 * What outlives a child's restart is kept here: the frame clock's position, the plan's place in the schedule, the
 * window of restarts and the counters. The pacer never needs the source supervisor to be there: without it, slate
 * airs.
 */
import { deferred } from '../deferred.js';
import type { MasterClock } from '../master-clock.js';
import type { Child, ChildExit } from '../otp/child.js';
import { failureExit } from '../otp/child.js';
import { childOf } from '../otp/child-of.js';
import type { SupervisorReport } from '../otp/report.js';
import { type Supervisor, startSupervisor } from '../otp/supervisor.js';
import type { ChildInfo } from '../otp/which-children.js';
import { type AiredFrame, AiredFrames } from './aired-frames.js';
import type { AsRunLine } from './as-run-line.js';
import { AsRunRecorder } from './as-run-recorder.js';
import type { ChannelReport } from './channel-event.js';
import type { ChannelPorts, OutputPort, PacerPort } from './channel-ports.js';
import type { ChannelSettings } from './channel-settings.js';
import { ChannelStats } from './channel-stats.js';
import type { StartDecoder } from './decoder.js';
import { tickAtOrAfter, tickDueMs } from './format.js';
import type { FramePool, FrameQueue } from './frame-store.js';
import { OperatorSlate } from './operator-slate.js';
import type { PlanCopy, PlanSource } from './plan.js';
import type { PlanChangeOutcome } from './plan-change.js';
import { PlanCheck } from './plan-check.js';
import { orderAfter, type PlanOrder } from './plan-order.js';
import type { SwitchOutcome } from './preview-desk.js';
import type { AiringSource, PlanAssetProblems } from './snapshot.js';
import { SourceSupervisor } from './source-supervisor.js';

/** The design's limits for the pacer and the output: 3 restarts in 60 s, then the host gives up. */
const INTENSITY = 3;
const PERIOD_MS = 60_000;
/** How long consumers may take to receive the frame in flight when the channel stops. */
const LAST_FRAME_MS = 100;

export interface ChannelOptions<Socket> {
  readonly channelId: number;
  readonly settings: ChannelSettings;
  readonly clock: MasterClock;
  /** When tick 0 is due; the channel's for life, also across hosts. */
  readonly epochMs: number;
  readonly plans: PlanSource;
  readonly startDecoder: StartDecoder;
  readonly pool: FramePool;
  readonly createQueue: () => FrameQueue;
  readonly ports: ChannelPorts<Socket>;
  /** Restarts that earlier hosts of the channel have made, monotonic milliseconds. */
  readonly restarts: readonly number[];
  /** See SourceSupervisorOptions. */
  readonly lastFirstAttemptMs: number | undefined;
  /** Since when an earlier host of the channel has aired the operator's slate, UTC; absent: it has not. */
  readonly operatorSlateSinceUtcMs?: number | undefined;
  readonly random: () => number;
  readonly report: (report: ChannelReport) => void;
  readonly onSupervision: (report: SupervisorReport) => void;
}

export interface Channel<Socket> {
  readonly stats: ChannelStats;
  readonly output: OutputPort<Socket> | undefined;
  readonly pacer: PacerPort | undefined;
  readonly source: SourceSupervisor | undefined;
  /** What has aired of what is scheduled now; undefined where nothing has. */
  readonly asRun: AsRunLine | undefined;
  /** Since when the operator's slate is on air, UTC; null while it is not. */
  readonly operatorSlateSinceUtcMs: number | null;
  /** Assets that are bad ahead of their time. */
  readonly planAssetProblems: PlanAssetProblems;
  /** What is known to be wrong with the asset of a segment of the plan whose schedule runs. */
  assetProblem(segmentIndex: number): string | undefined;
  /** Since when what airs now airs, monotonic; undefined before the first tick. */
  readonly airingSinceMs: number | undefined;
  /** Pending while the subtree lives; it gives up when its children fail too often. */
  readonly exited: Promise<ChildExit>;
  /** Output, pacer and source supervisor. */
  whichChildren(): readonly ChildInfo[];
  start(order: PlanOrder): Promise<PlanChangeOutcome>;
  update(planHandle: string, promised?: PlanCopy): Promise<PlanChangeOutcome>;
  loadPreview(assetPath: string): Promise<PlanChangeOutcome>;
  switchToLive(): Promise<SwitchOutcome>;
  /** The operator's slate airs from the next tick on, until {@link returnToPlan}; resolves once it does. */
  takeSlate(): Promise<PlanChangeOutcome>;
  /** What is scheduled airs again, from the next tick on. */
  returnToPlan(): Promise<PlanChangeOutcome>;
  /** See SkipDesk. */
  skipSegment(): Promise<PlanChangeOutcome>;
  /** See OperatorRestart. */
  restartDecoder(): Promise<PlanChangeOutcome>;
  addConsumer(socket: Socket): void;
  /** What the next tick airs, once it has; see {@link AiredFrames.next}. */
  nextAired(): Promise<AiredFrame>;
  /** The restarts that are held against the channel, monotonic milliseconds; some may be too old to count. */
  readonly restarts: readonly number[];
  /** Forgets them; on slate, tries again at once. */
  resetBudget(): void;
  /** Takes the channel down in order; resolves to the pids of decoders that would not die. */
  stop(): Promise<number[]>;
}

const ON_SLATE: PlanChangeOutcome = {
  success: false,
  errorMessage: "the operator's slate is on air, taken with TakeSlate; call ReturnToPlan first",
};

const NOT_RUNNING: PlanChangeOutcome = {
  success: false,
  errorMessage: 'the channel is being restarted; call again',
};

export async function startChannel<Socket>(options: ChannelOptions<Socket>): Promise<Channel<Socket>> {
  const { settings, clock, epochMs, ports } = options;
  const stats = new ChannelStats();
  const stuck: number[] = [];
  let output: OutputPort<Socket> | undefined;
  let pacer: PacerPort | undefined;
  let source: SourceSupervisor | undefined;
  let order: PlanOrder | undefined;
  let { restarts, lastFirstAttemptMs } = options;
  let airs: AiringSource | undefined;
  let airingSinceMs: number | undefined;
  let nextTick = tickAtOrAfter(epochMs, clock.nowMs(), settings.format);

  const report = (event: ChannelReport) => {
    if (event.event === 'restart') restarts = event.restarts;
    if (event.event === 'first_attempt') lastFirstAttemptMs = event.atMs;
    order = orderAfter(order, event);
    if (event.event === 'segment_skipped') asRun.skipped(event.skippedTo === null);
    options.report(event);
  };

  const asRun = new AsRunRecorder({
    channelId: options.channelId,
    format: settings.format,
    clock,
    epochMs,
    planHandle: () => order?.planHandle ?? '',
    onLine: (line) => report({ event: 'as_run', line }),
  });

  const slate = new OperatorSlate({
    clock,
    stats,
    report,
    sinceUtcMs: options.operatorSlateSinceUtcMs ?? null,
  });
  const planCheck = new PlanCheck({ ...options, format: settings.format, report });
  const airedFrames = new AiredFrames();

  const startOutput = (): Child => {
    const mine = ports.openOutput();
    output = mine;
    return childOf(() => mine.close(LAST_FRAME_MS));
  };

  const startPacer = (): Child => {
    const failed = deferred<ChildExit>();
    const mine = ports.startPacer({
      firstTick: nextTick,
      source: {
        next: (tick) => {
          const airing = slate.over(source?.next(tick) ?? { source: 'slate' });
          // Only now: a tick that throws is aired by the pacer's successor.
          nextTick = tick + 1;
          asRun.aired(tick, airing.source, source);
          if (airing.source !== airs) {
            airs = airing.source;
            airingSinceMs = tickDueMs(epochMs, tick, settings.format);
            report({ event: 'airing', source: airs });
          }
          return airing;
        },
        tend(tick, hostLateMs) {
          source?.tend(tick, hostLateMs);
          planCheck.tend(tick, source?.desk.schedule, source?.desk.changes.armed?.program);
          airedFrames.tickOver(tick);
        },
      },
      air: (frame) => {
        output?.air(frame);
        airedFrames.aired(frame);
      },
      stats,
      onSkipped: (ticks, lateMs) => report({ event: 'ticks_skipped', ticks, lateMs }),
      onFailure: (error) => failed.resolve(failureExit(error)),
    });
    pacer = mine;
    return childOf(async () => mine.stop(), failed.promise);
  };

  const startSource = (): Child => {
    const mine = new SourceSupervisor({ ...options, stats, restarts, lastFirstAttemptMs, report });
    source = mine;
    // After a crash of its own it goes on where the schedule is.
    if (order !== undefined) void mine.start(order);
    return childOf(async () => {
      stuck.push(...(await mine.stop()));
    });
  };

  const supervisor: Supervisor = await startSupervisor({
    name: `channel-${options.channelId}`,
    clock,
    strategy: 'rest_for_one',
    intensity: INTENSITY,
    periodMs: PERIOD_MS,
    children: [
      { id: 'output', start: startOutput },
      { id: 'pacer', start: startPacer },
      { id: 'source', start: startSource, type: 'supervisor' },
    ],
    onReport: options.onSupervision,
  });

  return {
    stats,
    get output() {
      return output;
    },
    get pacer() {
      return pacer;
    },
    get source() {
      return source;
    },
    get asRun() {
      return asRun.current;
    },
    get airingSinceMs() {
      return airingSinceMs;
    },
    get operatorSlateSinceUtcMs() {
      return slate.sinceUtcMs;
    },
    get planAssetProblems() {
      return planCheck.problems;
    },
    assetProblem: (segmentIndex) => planCheck.problemOf(segmentIndex),
    exited: supervisor.exited,
    whichChildren: supervisor.whichChildren,
    start(wanted) {
      order = wanted;
      return source?.start(wanted) ?? Promise.resolve(NOT_RUNNING);
    },
    update: (planHandle, promised) =>
      source?.desk.changes.update(planHandle, promised) ?? Promise.resolve(NOT_RUNNING),
    loadPreview: (assetPath) => source?.desk.previews.load(assetPath) ?? Promise.resolve(NOT_RUNNING),
    switchToLive: () =>
      slate.taken
        ? Promise.resolve(ON_SLATE)
        : (source?.desk.previews.switchToLive() ?? Promise.resolve(NOT_RUNNING)),
    takeSlate: () => slate.take(),
    returnToPlan: () => slate.giveBack(),
    skipSegment: () => source?.desk.skips.skip() ?? Promise.resolve(NOT_RUNNING),
    restartDecoder: () => source?.restartDecoder() ?? Promise.resolve(NOT_RUNNING),
    addConsumer: (socket) => output?.add(socket),
    nextAired: () => airedFrames.next(),
    get restarts() {
      return restarts;
    },
    resetBudget() {
      // Also for a source supervisor that is just being restarted.
      restarts = [];
      source?.resetBudget();
    },
    async stop() {
      // The viewer's last picture is content: no slate while the decoders go.
      pacer?.stop();
      slate.close();
      planCheck.close();
      asRun.end('stop');
      const finished = output?.close(LAST_FRAME_MS);
      await supervisor.stop();
      await finished;
      return stuck;
    },
  };
}
