/**
 * `serve`: runs the engine in the foreground until it is told to stop. Exit codes: 0 stopped as asked, 1 could not
 * start (an address is taken), 70 the root supervisor gave up, 78 the configuration is wrong or there is no ffmpeg.
 */
import { systemClock } from '../clock/system-clock.js';
import type { Config } from '../config/config.js';
import { ConfigError } from '../config/config-error.js';
import type { ConfigFlags } from '../config/config-from-flags.js';
import { hostPortLabel } from '../config/host-port.js';
import { loadConfig } from '../config/load-config.js';
import { startEngine } from '../engine.js';
import { type OwnSlates, renderOwnSlates } from '../frames/own-slates.js';
import { FfmpegNotFoundError, findFfmpeg, type LocatedFfmpeg } from '../media/ffmpeg-locator.js';
import { createLog } from '../observe/logger.js';
import { readPackageVersion } from '../package-version.js';
import { channelsStatus } from '../service/channels-status.js';
import { connectServiceManager, type ServiceManager } from '../service/service-manager.js';

export const EXIT = { stopped: 0, cannotStart: 1, gaveUp: 70, misconfigured: 78 } as const;

export async function runServe(options: { file: string | undefined; flags: ConfigFlags }): Promise<number> {
  let config: Config;
  let ffmpeg: LocatedFfmpeg;
  let ownSlates: OwnSlates;
  try {
    config = await loadConfig({ ...options, environment: process.env });
    ffmpeg = await findFfmpeg({ explicit: config.ffmpeg });
    ownSlates = await renderOwnSlates(config, ffmpeg.path);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof FfmpegNotFoundError)) throw error;
    process.stderr.write(`retrovue-playout: ${error.message}\n`);
    return EXIT.misconfigured;
  }
  const log = createLog({ level: config.log.level, fields: { component: 'engine' }, clock: systemClock });
  const { logger } = log;
  process.on('SIGUSR2', log.switchDebug);
  logger.info({ event: 'ffmpeg', ...ffmpeg }, ffmpegLine(ffmpeg));

  // Nothing of ours throws where nobody catches; if it does, the hosts go with us, and whoever supervises us restarts us.
  process.on('uncaughtException', (error) => {
    logger.fatal({ event: 'crashed', err: error }, `the engine crashed: ${error.message}`);
    process.exit(EXIT.gaveUp);
  });
  const version = readPackageVersion();
  const asked = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  });
  let service: ServiceManager | undefined;
  try {
    const engine = await startEngine({ config, ffmpeg, ownSlates, version, logger, clock: systemClock });
    const grpc = hostPortLabel({ ...config.grpc, port: engine.grpcPort });
    const http = hostPortLabel({ ...config.http, port: engine.httpPort });
    logger.info(
      { event: 'started', version, grpc, http, pid: process.pid },
      `gRPC on ${grpc}, HTTP on http://${http}`,
    );
    service = connectServiceManager({
      clock: systemClock,
      environment: process.env,
      status: () => channelsStatus(engine.views.snapshots()),
      alive: () => engine.answers(),
      onFailure: (reason) =>
        logger.warn({ event: 'notify_failed', reason }, `the service manager was not told: ${reason}`),
    });
    service.ready();
    const signal = await Promise.race([asked, engine.exited.then(() => undefined)]);
    if (signal !== undefined) {
      logger.info({ event: 'stopping', signal }, `${signal}: stopping all channels`);
      service.stopping();
      await engine.stop();
    }
    const { gaveUp, reason } = await engine.exited;
    if (gaveUp) logger.fatal({ event: 'gave_up', reason }, `everything was stopped: ${reason}`);
    else logger.info({ event: 'stopped' }, 'stopped');
    return gaveUp ? EXIT.gaveUp : EXIT.stopped;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`retrovue-playout: ${message}\n`);
    return EXIT.cannotStart;
  } finally {
    await service?.close();
    log.close();
  }
}

function ffmpegLine({ path, version, source, fitForProduction }: LocatedFfmpeg): string {
  const unfit = fitForProduction
    ? ''
    : '; NOT FIT FOR PRODUCTION: a development fallback from 2018, install ffmpeg or set FFMPEG_BIN';
  return `using ffmpeg ${version} at ${path} (${source})${unfit}`;
}
