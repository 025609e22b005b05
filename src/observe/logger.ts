/**
 * The log: one JSON object a line on standard output, for journald, a container runtime or `jq`. Writing a line
 * never delays a tick and never fails (see log-sink.ts); on exit what is staged is written. A process makes one
 * logger and hands out children of it (`logger.child({ channel: 3 })`).
 *
 * Every line has `level` as a word, `time` as ISO 8601 in UTC, `pid`, `msg`, and what the caller adds; errors go
 * under `err`.
 */
import { type Logger, pino, stdTimeFunctions } from 'pino';
import type { Config } from '../config/config.js';
import { createLogSink } from './log-sink.js';

export type { Logger } from 'pino';

const STDOUT = 1;

/**
 * A logger on standard output.
 *
 * @param options.level lines below it are not written
 * @param options.fields what every line says about its process, for example `{ component: 'host', channel: 3 }`
 */
export function createLogger(options: {
  readonly level: Config['log']['level'];
  readonly fields: Readonly<Record<string, string | number>>;
}): Logger {
  const sink = createLogSink(STDOUT, (lines) =>
    logger.warn({ lines }, 'log lines were dropped because standard output was not read fast enough'),
  );
  const logger = pino(
    {
      level: options.level,
      base: { pid: process.pid, ...options.fields },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  );
  return logger;
}
