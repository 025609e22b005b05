/**
 * What a request must look like before the domain sees it. Only what needs no knowledge of channels is judged
 * here; a plan handle or asset path, empty or 64 kB long, goes to the domain as it came.
 */
import { z } from 'zod';

const INT32_MAX = 2_147_483_647;

/** Channels that a watcher may name. */
const MAX_WATCHED = 1000;

const channelId = z.int().min(1).max(INT32_MAX);
const port = z.int().min(0).max(65_535);

// The only reasons a field can be refused for: the wire's types are guaranteed by protobuf.
const REMEDY: Readonly<Record<string, string>> = {
  channel_id: `is not a channel: it must be a whole number from 1 to ${INT32_MAX}; send the channel's numeric id`,
  channel_ids: `are more than ${MAX_WATCHED}: name fewer, or none for all channels`,
  port: 'is not a TCP port: it must be from 1 to 65535, or 0 to let the system pick one',
};

const startSchema = z
  .object({ channel_id: channelId, plan_handle: z.string(), port })
  .transform((it) => ({ channelId: it.channel_id, planHandle: it.plan_handle, port: it.port }));

const updateSchema = z
  .object({ channel_id: channelId, plan_handle: z.string() })
  .transform((it) => ({ channelId: it.channel_id, planHandle: it.plan_handle }));

const previewSchema = z
  .object({ channel_id: channelId, asset_path: z.string() })
  .transform((it) => ({ channelId: it.channel_id, assetPath: it.asset_path }));

const channelSchema = z.object({ channel_id: channelId }).transform((it) => ({ channelId: it.channel_id }));

const watchSchema = z
  .object({ channel_ids: z.array(channelId).max(MAX_WATCHED) })
  .transform((it) => ({ channelIds: new Set(it.channel_ids) }));

/** A request in the domain's words, or why it was refused: the field, the value, the remedy. */
export type Checked<T> =
  | { readonly ok: true; readonly request: T }
  | { readonly ok: false; readonly errorMessage: string };

function check<T>(schema: z.ZodType<T>, message: object): Checked<T> {
  const parsed = schema.safeParse(message, { reportInput: true });
  if (parsed.success) return { ok: true, request: parsed.data };
  const reasons = parsed.error.issues.map((issue) => {
    const [field = ''] = issue.path.map(String);
    const value = Array.isArray(issue.input) ? `${issue.input.length} of them` : String(issue.input);
    return `${field}: ${value} ${REMEDY[issue.path.length > 1 ? 'channel_id' : field] ?? issue.message}`;
  });
  return { ok: false, errorMessage: [...new Set(reasons)].join('. ') };
}

export const checkStart = (message: object) => check(startSchema, message);
export const checkUpdate = (message: object) => check(updateSchema, message);
export const checkPreview = (message: object) => check(previewSchema, message);
export const checkWatch = (message: object) => check(watchSchema, message);
/** For every request that names a channel and, as far as it matters, nothing else. */
export const checkChannel = (message: object) => check(channelSchema, message);
