/**
 * The engine: plugs the real parts into the root supervisor's tree and runs it. It holds no media, opens no media
 * file, and never waits for a channel: what it knows of channels is what their hosts have told it.
 */
import { randomUUID } from 'node:crypto';
import type net from 'node:net';
import type { Logger } from 'pino';
import type { RestartLimits } from '../machines/restart-policy.js';
import { DEFAULT_RESTART_LIMITS } from '../machines/restart-policy.js';
import type { ChannelCommands, ChannelViews } from '../supervisors/engine/channel-commands.js';
import { createChannelFeed } from '../supervisors/engine/channel-feed.js';
import { createChannels } from '../supervisors/engine/channels.js';
import { engineTree } from '../supervisors/engine/engine-tree.js';
import type { HostSettings } from '../supervisors/engine/host-protocol.js';
import { switchable } from '../supervisors/engine/operations.js';
import { type Root, startRoot } from '../supervisors/engine/root.js';
import { createSpareHost } from '../supervisors/engine/spare-host.js';
import type { MasterClock } from '../supervisors/master-clock.js';
import { REACHED_MAX_RESTART_INTENSITY } from '../supervisors/otp/report.js';
import type { Config } from './config/config.js';
import { hostPortLabel } from './config/host-port.js';
import { playoutApiVersion } from './control/api-version.js';
import { createControlServer } from './control/grpc-server.js';
import type { OwnSlates } from './frames/own-slates.js';
import { createForkHost } from './hosts/fork-host.js';
import { listenOnPort } from './hosts/port-listener.js';
import type { LocatedFfmpeg } from './media/ffmpeg-locator.js';
import { actionRoutes } from './observe/action-routes.js';
import { type AsRunLog, createAsRunLog } from './observe/as-run-log.js';
import { dashboardRoutes } from './observe/dashboard-pages.js';
import { createTelemetryServer } from './observe/http-server.js';
import { isLogged, logChannelReport, logSupervisorReport } from './observe/log-reports.js';
import { createMetrics } from './observe/metrics.js';
import { pictureRoutes } from './observe/picture-page.js';
import { createProcessCensus } from './observe/process-census.js';
import { telemetryRoutes } from './observe/telemetry-pages.js';
import { createPictureEncoder } from './pictures/picture-encoder.js';

export interface Engine {
  readonly grpcPort: number;
  readonly httpPort: number;
  readonly commands: ChannelCommands;
  readonly views: ChannelViews;
  /** Whether the root supervisor still does its work: what the watchdog is fed for. */
  answers(): boolean;
  /** Resolves when the tree is down: with `gaveUp` if the root supervisor gave up, asked or not. */
  readonly exited: Promise<{ readonly gaveUp: boolean; readonly reason: string }>;
  /** Refuses new calls at once, stops the channels in order, then everything else. */
  stop(): Promise<void>;
}

/**
 * Starts the engine; resolves once it takes calls.
 * @throws an Error in words when an address cannot be bound; everything has been stopped again then
 */
export async function startEngine(options: {
  readonly config: Config;
  readonly ffmpeg: LocatedFfmpeg;
  readonly ownSlates: OwnSlates;
  readonly version: string;
  readonly logger: Logger;
  readonly clock: MasterClock;
}): Promise<Engine> {
  const { config, ffmpeg, logger, clock } = options;
  const settings = hostSettings(config, ffmpeg.path);
  const spare = createSpareHost<net.Socket>({
    fork: createForkHost({ memoryMb: config.host.memoryMb, ownSlates: options.ownSlates, clock }),
    settings,
    clock,
  });

  const asRun = asRunLog(config, logger, clock);
  const channels = createChannels<net.Socket>({
    clock,
    format: config.format,
    ports: {
      listen: (port, onConsumer) => listenOnPort(config.output.host, port, onConsumer),
      closeSocket: (socket) => socket.destroy(),
    },
    takeHost: () => spare.take(),
    startTimeoutMs: config.channels.startTimeoutMs,
    heartbeatTimeoutMs: config.host.heartbeatTimeoutMs,
    maxChannels: config.channels.max,
    retentionMs: config.channels.stoppedRetentionMs,
    maxRestarts: config.decoder.restarts.max,
    restartWindowMs: config.decoder.restarts.windowMs,
    operations: config.operations,
    report: (channelId, report, planHandle) => {
      if (report.event === 'as_run') asRun?.write(report.line);
      else if (isLogged(report)) logChannelReport(logger, channelId, report, planHandle);
    },
    onSupervision: (report, channelId) => logSupervisorReport(logger, report, channelId),
    onHealth: (channelId, healthy) => {
      if (healthy === undefined) control.health.clear(channelId);
      else control.health.setServing(channelId, healthy);
    },
    onShown: (channelId) => feed.changed(channelId),
  });
  const feed = createChannelFeed({ views: channels, clock, instance: randomUUID() });
  const engine = { pid: process.pid, sinceMs: clock.nowMs() };
  const tree = () =>
    root && engineTree({ root, engine, sparePid: spare.pid, branches: channels.branches(), clock });

  const operations = switchable(channels, config.operations);
  const control = createControlServer({
    commands: { ...channels, ...operations },
    sights: { views: channels, feed, tree },
    address: hostPortLabel(config.grpc),
    onError: (error, during) => logger.error({ event: 'call_failed', during, err: error }),
    onStartRefused: (channelId, errorMessage) => channels.refuseStart(channelId, errorMessage),
  });

  const census = createProcessCensus({ rootPid: process.pid, clock });
  const childrenExpected = () =>
    channels
      .snapshots()
      .reduce((sum, each) => sum + each.childrenExpected + (each.hostPid === null ? 0 : 1), 0) +
    (spare.pid === undefined ? 0 : 1);
  const metrics = createMetrics({
    views: channels,
    build: { version: options.version, apiVersion: playoutApiVersion(), ffmpegVersion: ffmpeg.version },
    async processes() {
      const counted = await census.count();
      return counted === undefined ? undefined : { expected: childrenExpected(), ...counted };
    },
  });
  const encoder = createPictureEncoder({
    clock,
    onFailure: (error) => logger.error({ event: 'picture_failed', err: error }, error.message),
  });
  const telemetry = createTelemetryServer({
    address: config.http,
    routes: [
      ...telemetryRoutes({
        views: channels,
        metrics,
        ready: () => {
          const reason = root === undefined ? 'starting' : root.noCallsBecause();
          return { ok: reason === undefined, reason: reason ?? '' };
        },
        tree,
        feed,
        clock,
      }),
      ...pictureRoutes({ pictures: channels, encoder }),
      ...actionRoutes({ operations, views: channels, address: config.http, settings: config.operations }),
      ...dashboardRoutes(),
    ],
    onError: (error, during) => logger.error({ event: 'page_failed', during, err: error }),
  });

  let root: Root | undefined;
  root = await startRoot({
    clock,
    spareHost: spare,
    channels,
    telemetry,
    control,
    onReport: (report) => logSupervisorReport(logger, report),
    onServerRestarted: (server, port) =>
      logger.info(
        { event: 'server_restarted', server, port },
        `the ${server} server is back on port ${port}`,
      ),
  });
  const running = root;
  return {
    grpcPort: running.controlPort,
    httpPort: running.telemetryPort,
    commands: channels,
    views: channels,
    answers: () => running.answers(),
    exited: running.exited.then(async ({ kind, reason, cause }) => {
      await encoder.stop();
      // The channels are down: their last lines have been told.
      await asRun?.close();
      return {
        gaveUp: kind === 'abnormal' || reason === REACHED_MAX_RESTART_INTENSITY,
        reason: cause instanceof Error ? `${reason}: ${cause.message}` : reason,
      };
    }),
    stop: () => running.stop(),
  };
}

/** Undefined where the operator wants none. */
function asRunLog({ asRun }: Config, logger: Logger, clock: MasterClock): AsRunLog | undefined {
  const { directory, maxFileMb, keepFiles } = asRun;
  if (directory === null) return undefined;
  return createAsRunLog({
    directory,
    maxFileBytes: maxFileMb * 1024 * 1024,
    keepFiles,
    clock,
    onFailure: (error) =>
      logger.error(
        { event: 'as_run_failed', directory, err: error },
        `the as-run log cannot be written: ${error.message}; the channels go on, its lines wait, and it is tried again every 5 s`,
      ),
    onRecovered: () =>
      logger.info({ event: 'as_run_recovered', directory }, 'the as-run log is written again'),
    onLost: (lines) =>
      logger.error({ event: 'as_run_lost', directory, lines }, `${lines} lines of the as-run log were lost`),
  });
}

function hostSettings(config: Config, ffmpegPath: string): HostSettings {
  const { decoder, queue, filler, channels, output } = config;
  const restarts: RestartLimits = {
    ...DEFAULT_RESTART_LIMITS,
    maxRestarts: decoder.restarts.max,
    windowMs: decoder.restarts.windowMs,
    maxConsecutive: decoder.restarts.max,
    stableMs: decoder.restarts.stableMs,
    backoffBaseMs: decoder.backoff.baseMs,
    backoffMaxMs: decoder.backoff.maxMs,
    backoffJitter: decoder.backoff.jitter,
    probeMs: decoder.probeMs,
  };
  return {
    channel: {
      format: config.format,
      queueFrames: queue.frames,
      preparingFrames: queue.preparingFrames,
      readyFrames: queue.readyFrames,
      holdMs: filler.holdMs,
      slateMinMs: filler.slateMinMs,
      stallMs: decoder.stallMs,
      firstFrameMs: decoder.firstFrameMs,
      maxLagMs: decoder.maxLagMs,
      leadMs: decoder.leadMs,
      updateTimeoutMs: channels.updateTimeoutMs,
      restarts,
    },
    ffmpegPath,
    decoderNice: decoder.nice,
    planDirectory: config.plans.directory,
    planStore: planStoreOf(config),
    mediaRoots: config.mediaRoots,
    consumerMaxPinnedFrames: output.consumerMaxPinnedFrames,
    consumerStallMs: output.consumerStallMs,
  };
}

function planStoreOf({ plans }: Config): HostSettings['planStore'] {
  const { urlTemplate, timeoutMs } = plans;
  return urlTemplate === null ? null : { urlTemplate, timeoutMs };
}
