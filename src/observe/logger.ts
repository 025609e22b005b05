/**
 * The log: one JSON object a line on standard output, for journald, a container runtime or `jq`. Writing a line
 * never delays a tick and never fails (see log-sink.ts); on exit what is staged is written. A process makes one log.
 *
 * Every line has `level` as a word, `time` as ISO 8601 in UTC, `pid`, `msg`, and what the caller adds; errors go
 * under `err`. What others wrote is made fit for a line and a terminal (visible-text.ts). What flaps is told now and
 * then, with the number of lines left out (flap-limit.ts), unless somebody looks closely: at level debug or below.
 */
import { type Logger, pino, stdTimeFunctions } from 'pino';
import type { MasterClock } from '../../supervisors/master-clock.js';
import type { Config } from '../config/config.js';
import { createFlapLimit } from './flap-limit.js';
import { createLogSink } from './log-sink.js';
import { visibleError, visibleFields, visibleText } from './visible-text.js';

export type { Logger } from 'pino';

export interface Log {
  readonly logger: Logger;
  /** Goes down to level debug, or back to the configured one, and says so. */
  switchDebug(): void;
  /** Says what was left out so far; from now on nothing is. No timer is left. */
  close(): void;
}

const STDOUT = 1;
/** Pino's numbers. */
const WARN = 40;
const FATAL = 60;
const SUPPRESSED = 'suppressed';
const FLAPPING = { burst: 20, intervalMs: 5000 } as const;

/**
 * A log on standard output.
 *
 * @param options.level lines below it are not written
 * @param options.fields what every line says about its process, for example `{ component: 'engine' }`
 */
export function createLog(options: {
  readonly level: Config['log']['level'];
  readonly fields: Readonly<Record<string, string | number>>;
  readonly clock: Pick<MasterClock, 'nowMs' | 'at'>;
}): Log {
  const sink = createLogSink(STDOUT, (lines) =>
    logger.warn(
      { event: 'log_dropped', lines },
      'log lines were dropped because standard output was not read fast enough',
    ),
  );
  const limit = createFlapLimit({
    ...FLAPPING,
    clock: options.clock,
    onSuppressed({ channel, of, lines }) {
      const whose = channel === undefined ? '' : `channel ${channel}: `;
      logger.warn(
        { event: SUPPRESSED, ...(channel !== undefined && { channel }), of, lines },
        `${whose}${lines} further lines "${of}" were left out, it happens over and over; at log level debug none is`,
      );
    },
  });

  const admitted = (fields: unknown, level: number): boolean => {
    if (logger.isLevelEnabled('debug') || level >= FATAL) return true;
    if (typeof fields !== 'object' || fields === null) return true;
    const { event, channel } = fields as { readonly event?: unknown; readonly channel?: unknown };
    if (typeof event !== 'string' || event === SUPPRESSED) return true;
    return limit.admit({
      channel: typeof channel === 'number' ? channel : undefined,
      event,
      trouble: level >= WARN,
    });
  };

  const logger: Logger = pino(
    {
      level: options.level,
      base: { pid: process.pid, ...options.fields },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: visibleFields },
      serializers: { err: visibleError },
      hooks: {
        logMethod(args, method, level) {
          if (!admitted(args[0], level)) return;
          const [fields, sentence] = args as [unknown, string?];
          if (typeof fields === 'string') method.call(this, visibleText(fields));
          else method.call(this, fields as object, visibleText(sentence ?? messageOf(fields)));
        },
      },
    },
    sink,
  );

  return {
    logger,
    switchDebug() {
      const level = logger.level === 'debug' ? options.level : 'debug';
      // Said while debug is on, or it might not be seen.
      logger.level = 'debug';
      logger.info({ event: 'log_level', to: level }, `the log level is ${level} from now on`);
      logger.level = level;
    },
    close: () => limit.close(),
  };
}

/** What a line says that has no sentence of its own. */
function messageOf(fields: unknown): string {
  const { err } = fields as { readonly err?: unknown };
  return err instanceof Error ? err.message : '';
}
