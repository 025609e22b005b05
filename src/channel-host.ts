/**
 * Entry point of a host process: one channel lives here, alone. The engine forks it ahead of need, tells it which
 * channel it is, and kills it when it no longer answers. When the engine goes, so does this process, and with it
 * every decoder.
 */
import type net from 'node:net';
import type { Channel } from '../supervisors/channel/channel-supervisor.js';
import type { FrameSlot } from '../supervisors/channel/frame-slot.js';
import { makeSnapshot } from '../supervisors/channel/make-snapshot.js';
import type { SwitchOutcome } from '../supervisors/channel/preview-desk.js';
import { shownHandle } from '../supervisors/channel/shown-handle.js';
import {
  type FromHost,
  type HostSettings,
  SNAPSHOT_INTERVAL_MS,
  type StartOrder,
  type ToHost,
} from '../supervisors/engine/host-protocol.js';
import type { Timer } from '../supervisors/master-clock.js';
import { buildChannel, createPool } from './build-channel.js';
import { systemClock as clock } from './clock/system-clock.js';
import { blankSlate, createSlate } from './frames/slate.js';
import { shrink } from './frames/small-picture.js';
import { watchFiles } from './hosts/file-watch.js';
import { receiveSlate } from './hosts/slate-pipe.js';
import { createFfmpegDecoders, type FfmpegDecoders } from './media/ffmpeg-decoder.js';
import { usualMatrix } from './media/picture-colour.js';
import { probeMedia } from './media/probe.js';
import { meterProcesses, type ProcessUsageMeter } from './media/process-usage.js';
import { createPlanSource } from './plan/plan-source.js';

/** What a host has before it knows its channel. */
interface Boot {
  readonly settings: HostSettings;
  readonly decoders: FfmpegDecoders;
  readonly pool: ReturnType<typeof createPool>;
}

const IDLE_MS = 200;
/** As long as an asset may take to be proven. */
const FILES_HUNG_MS = 5_000;

let boot: Boot | undefined;
/** The operator has a slate for this channel. */
let ownSlate = false;
let channel: Channel<net.Socket> | undefined;
/** Orders may come before the channel is built: they wait for this. */
let onBuilt: (channel: Channel<net.Socket>) => void = () => {};
const built = new Promise<Channel<net.Socket>>((resolve) => {
  onBuilt = resolve;
});
let started: { order: StartOrder; atMs: number } | undefined;
let snapshotTimer: Timer | undefined;
let usage: ProcessUsageMeter | undefined;
/** Snapshots on their way to the engine. */
let underWay = 0;
/** A state has been told whose snapshot is still to be sent. */
let snapshotDue = false;

function send(message: FromHost): void {
  // The callback takes the error of a channel that closed meanwhile; `disconnect` deals with it.
  process.send?.(message, undefined, undefined, () => {});
}

function sendSnapshot(): void {
  snapshotDue = false;
  if (channel === undefined || started === undefined || boot === undefined) return;
  underWay++;
  const { order, atMs } = started;
  const snapshot = makeSnapshot(
    channel,
    {
      channelId: order.channelId,
      planHandle: shownHandle(order.order.planHandle),
      port: order.port,
      hostPid: process.pid,
      startedMs: atMs,
      epochMs: order.epochMs,
      childrenActual: boot.decoders.pids().length,
      usageOf: (pid) => usage?.of(pid) ?? null,
    },
    boot.settings.channel,
    clock,
  );
  const children = channel.whichChildren().map(({ child: _, ...state }) => state);
  const message: FromHost = { type: 'snapshot', snapshot, asRun: channel.asRun, children };
  process.send?.(message, undefined, undefined, () => {
    underWay--;
  });
}

/** States change on ticks, several at once: one snapshot shows them, once the tick's frame is out. */
function sendSnapshotSoon(): void {
  if (snapshotDue) return;
  snapshotDue = true;
  setImmediate(() => {
    if (snapshotDue) sendSnapshot();
  });
}

function heartbeat(): void {
  // A busy engine must not have them pile up here; what it waits for (a new state, an answer) is sent all the same.
  if (underWay === 0) sendSnapshot();
  snapshotTimer = clock.at(clock.nowMs() + SNAPSHOT_INTERVAL_MS, heartbeat);
}

function prepare(settings: HostSettings): void {
  const { ffmpegPath, decoderNice: nice } = settings;
  boot = {
    settings,
    decoders: createFfmpegDecoders({ ffmpegPath, clock, nice }),
    pool: createPool(settings),
  };
  // A spare has time to load what not every channel needs; one that is put to work at once has not.
  clock.at(clock.nowMs() + IDLE_MS, () => {
    if (started === undefined) void import('./plan/plan-file-timeline.js');
  });
}

async function slateOf(channelId: number, { channel: { format } }: HostSettings): Promise<FrameSlot> {
  if (!ownSlate) return createSlate(format, channelId);
  const slate = blankSlate(format);
  const { length } = slate.planes;
  const bytes = await receiveSlate(slate.planes, clock);
  if (bytes === length) return slate;
  send({
    type: 'report',
    report: { event: 'slate_unusable', reason: `${bytes} bytes instead of ${length}` },
  });
  return createSlate(format, channelId);
}

async function start(order: StartOrder): Promise<void> {
  if (boot === undefined) throw new Error('host was started before it was booted');
  const { settings, decoders, pool } = boot;
  started = { order, atMs: clock.nowMs() };
  usage = meterProcesses(clock, () => decoders.pids());
  const plans = createPlanSource({
    planDirectory: settings.planDirectory,
    planStore: settings.planStore,
    mediaRoots: settings.mediaRoots,
    probe: (path, signal) => probeMedia({ path: settings.ffmpegPath }, path, signal),
    utcMs: clock.utcMs,
  });
  const slate = await slateOf(order.channelId, settings);
  channel = await buildChannel({
    channelId: order.channelId,
    settings,
    parts: { plans, startDecoder: decoders.start, pool, slate },
    clock,
    epochMs: order.epochMs,
    restarts: order.restarts,
    lastFirstAttemptMs: order.lastFirstAttemptMs,
    operatorSlateSinceUtcMs: order.operatorSlateSinceUtcMs,
    random: Math.random,
    report: (report) => {
      send({ type: 'report', report });
      if (report.event === 'state' || report.event === 'slate') sendSnapshotSoon();
    },
    onSupervision: ({ cause: _, ...report }) => send({ type: 'supervision', report }),
  });
  void channel.exited.then(({ reason }) => {
    if (!stopping) fail(`the channel's supervisor gave up: ${reason}`);
  });
  watchFiles(clock, FILES_HUNG_MS, () => {
    // An exit would wait for the calls that hang.
    process.stderr.write(
      `Error: no file could be reached for ${FILES_HUNG_MS} ms, a mount does not answer\n`,
    );
    process.kill(process.pid, 'SIGKILL');
  });
  const starting = channel.start(order.order);
  onBuilt(channel);
  heartbeat();
  const outcome = await starting;
  // Commands are answered after the state they speak of has been told.
  sendSnapshot();
  send({ type: 'started', outcome });
}

let stopping = false;

async function stop(): Promise<void> {
  stopping = true;
  const stuckPids = (await channel?.stop()) ?? [];
  snapshotTimer?.cancel();
  usage?.stop();
  if (snapshotDue) sendSnapshot();
  process.send?.({ type: 'stopped', stuckPids } satisfies FromHost, undefined, undefined, () => exit(0));
}

function exit(code: number): never {
  boot?.decoders.killAll();
  process.exit(code);
}

function fail(reason: unknown): never {
  process.stderr.write(`${reason instanceof Error ? reason.stack : String(reason)}\n`);
  exit(1);
}

/** @param socket undefined where it was closed on its way */
function takeConsumer(socket: net.Socket | undefined): void {
  // Its going while it waits is no error of ours; the output refuses it then.
  socket?.on('error', () => {});
  // Only once that is said: from the first byte on, the connection ends with this process and goes to no other.
  process.send?.({ type: 'consumer_taken' } satisfies FromHost, undefined, undefined, () => {
    if (socket !== undefined) void built.then((channel) => channel.addConsumer(socket));
  });
}

/** Shows what consumers get at the next tick, once they have it. */
async function showPicture(): Promise<void> {
  const { frame, tick } = await (await built).nextAired();
  if (boot === undefined) return;
  const { format } = boot.settings.channel;
  const { width, height, planes } = await shrink(frame.planes, format);
  frame.release();
  const picture = { tick, width, height, matrix: usualMatrix(format), planes: planes.toString('base64') };
  send({ type: 'picture', picture });
}

/** Has the channel do it, and tells what came of it, after the state it speaks of. */
function answer(call: number, carryOut: (channel: Channel<net.Socket>) => Promise<SwitchOutcome>): void {
  void built.then(carryOut).then((outcome) => {
    sendSnapshot();
    send({ type: 'updated', call, outcome });
  });
}

function receive(message: ToHost, socket: net.Socket | undefined): void {
  switch (message.type) {
    case 'boot':
      prepare(message.settings);
      return;
    case 'slate':
      ownSlate = true;
      return;
    case 'start':
      start(message).catch(fail);
      return;
    case 'update':
      answer(message.call, (channel) => channel.update(message.planHandle, message.promised));
      return;
    case 'load_preview':
      answer(message.call, (channel) => channel.loadPreview(message.assetPath));
      return;
    case 'switch_to_live':
      answer(message.call, (channel) => channel.switchToLive());
      return;
    case 'take_slate':
      answer(message.call, (channel) => channel.takeSlate());
      return;
    case 'return_to_plan':
      answer(message.call, (channel) => channel.returnToPlan());
      return;
    case 'skip_segment':
      answer(message.call, (channel) => channel.skipSegment());
      return;
    case 'restart_decoder':
      answer(message.call, (channel) => channel.restartDecoder());
      return;
    case 'reset_budget':
      void built.then((channel) => {
        channel.resetBudget();
        sendSnapshot();
        send({ type: 'budget_reset', call: message.call, restarts: channel.restarts });
      });
      return;
    case 'picture':
      void showPicture();
      return;
    case 'consumer':
      takeConsumer(socket);
      return;
    case 'stop':
      stop().catch(fail);
      return;
  }
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
// The engine is gone, however it went.
process.on('disconnect', () => exit(0));
// A terminal's Ctrl-C reaches the whole group; the engine takes its hosts down in order.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
// Meant for the engine's log, sent to everyone.
process.on('SIGUSR2', () => {});
process.on('message', (message, socket) => receive(message as ToHost, socket as net.Socket | undefined));
