/**
 * Every key of the configuration with its default and its limits, as the file spells it (snake_case). What each key
 * means is told in `config.example.yaml`, which a test holds equal to this. Messages are the words that follow the
 * key: `must be >= 1`.
 */
import { z } from 'zod';
import { templateProblem } from '../plan/store-address.js';
import { parseFormat } from './format-text.js';
import { type HostPort, isHost, parseHostPort } from './host-port.js';

const HOUR_MS = 3_600_000;
const INT32_MAX = 2_147_483_647;

function whole(preset: number, least: number, most: number) {
  return z
    .number('must be a number')
    .int('must be a whole number')
    .min(least, `must be >= ${least}`)
    .max(most, `must be <= ${most}`)
    .default(preset);
}

function share(preset: number) {
  return z.number('must be a number').min(0, 'must be >= 0').max(1, 'must be <= 1').default(preset);
}

function onOff(preset: boolean) {
  return z.boolean('must be true or false').default(preset);
}

function text() {
  return z
    .string('must be text')
    .min(1, 'must not be empty')
    .refine((value) => !/\p{Cc}/u.test(value), 'must not contain control characters');
}

function address(preset: string) {
  return text()
    .transform((value, context): HostPort => {
      const parsed = parseHostPort(value);
      if (parsed !== undefined) return parsed;
      context.addIssue(
        'must be HOST:PORT, for example 127.0.0.1:9308 or "[::1]:9308", with a port from 0 to 65535',
      );
      return z.NEVER;
    })
    .prefault(preset);
}

const format = text().transform((value, context) => {
  const parsed = parseFormat(value);
  if (!('problem' in parsed)) return parsed;
  context.addIssue(parsed.problem);
  return z.NEVER;
});

const urlTemplate = text().superRefine((value, context) => {
  const problem = templateProblem(value);
  if (problem !== undefined) context.addIssue(problem);
});

/** As keys are: text, and only the one spelling of each id, so that none can be there twice. */
const channelId = z
  .string()
  .refine(
    (key) => /^[1-9]\d{0,9}$/.test(key) && Number(key) <= INT32_MAX,
    `is no channel id: it must be a whole number from 1 to ${INT32_MAX}`,
  );

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const configSchema = z.strictObject({
  grpc: address('127.0.0.1:50051'),
  http: address('127.0.0.1:9308'),
  plans: z.strictObject({
    directory: text().default('./plans'),
    url_template: urlTemplate.nullable().default(null),
    timeout_ms: whole(4000, 1000, HOUR_MS),
  }),
  media_roots: z
    .array(text(), 'must be a list of directories')
    .min(1, 'must name at least one directory')
    .max(64, 'must name at most 64 directories')
    .default(['./media']),
  ffmpeg: text().nullable().default(null),
  format: format.prefault('1280x720@30'),
  output: z.strictObject({
    host: text()
      .refine(isHost, 'must be an IP address (IPv6 without brackets) or a host name, without a port')
      .default('127.0.0.1'),
    consumer_max_pinned_frames: whole(4, 1, 60),
    consumer_stall_ms: whole(10_000, 100, HOUR_MS),
  }),
  queue: z.strictObject({
    frames: whole(60, 2, 1000),
    preparing_frames: whole(15, 1, 1000),
    ready_frames: whole(30, 1, 1000),
  }),
  filler: z.strictObject({
    hold_ms: whole(1000, 0, HOUR_MS),
    slate_min_ms: whole(1000, 0, HOUR_MS),
  }),
  slate: z.strictObject({
    image: text().nullable().default(null),
    channels: z.record(channelId, text()),
  }),
  decoder: z.strictObject({
    stall_ms: whole(1000, 100, HOUR_MS),
    first_frame_ms: whole(5000, 100, HOUR_MS),
    max_lag_ms: whole(1000, 100, HOUR_MS),
    lead_ms: whole(5000, 0, 60_000),
    probe_ms: whole(15_000, 1000, HOUR_MS),
    nice: whole(10, 0, 19),
    backoff: z.strictObject({
      base_ms: whole(250, 1, HOUR_MS),
      max_ms: whole(4000, 1, HOUR_MS),
      jitter: share(0.1),
    }),
    restarts: z.strictObject({
      max: whole(5, 1, 100),
      window_ms: whole(60_000, 1000, HOUR_MS),
      stable_ms: whole(10_000, 100, HOUR_MS),
    }),
  }),
  channels: z.strictObject({
    max: whole(64, 1, 1000),
    start_timeout_ms: whole(10_000, 100, HOUR_MS),
    update_timeout_ms: whole(5000, 100, HOUR_MS),
    stopped_retention_ms: whole(300_000, 0, 24 * HOUR_MS),
  }),
  host: z.strictObject({
    heartbeat_timeout_ms: whole(2000, 1000, HOUR_MS),
    memory_mb: whole(96, 32, 8192),
  }),
  as_run: z.strictObject({
    directory: text().nullable().default(null),
    max_file_mb: whole(16, 1, 1024),
    keep_files: whole(60, 1, 10_000),
  }),
  operations: z.strictObject({
    take_slate: onOff(true),
    skip_segment: onOff(true),
    restart_decoder: onOff(true),
    reset_budget: onOff(true),
    restart_channel: onOff(true),
    http: z.boolean('must be true, false or null').nullable().default(null),
    http_hosts: z
      .array(text().refine(isHost, 'must be a host name, without a port'), 'must be a list of host names')
      .max(64, 'must name at most 64 hosts')
      .default([]),
  }),
  log: z.strictObject({
    level: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  }),
});

/** The configuration in the file's own spelling, complete and valid. */
export type ConfigInFile = z.output<typeof configSchema>;
