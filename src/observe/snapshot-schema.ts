/**
 * The form of a channel's snapshot, version 1, as a schema: what the engine promises to those who read one. The type
 * that the engine makes it from ({@link ChannelView}) and this schema are checked against each other by the compiler.
 * docs/snapshots.md says what each field means, docs/snapshot.schema.json is made from this file.
 */
import { z } from 'zod';
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import { ACTION_NAMES } from '../../supervisors/engine/operations.js';

/** How strict a schema is: with keys and words that it does not know. */
interface Strictness {
  readonly object: <T extends z.ZodRawShape>(shape: T) => z.ZodObject<T>;
  readonly word: <const T extends string>(words: readonly T[]) => z.ZodType<T>;
}

/** Nothing but what is documented. */
const STRICT: Strictness = { object: z.strictObject, word: z.enum };

/** Fields and words may be added within a version: whoever reads takes them as they come. */
const LENIENT: Strictness = {
  object: z.object,
  // Of a word that it does not know, a reader can only say that it is another one.
  word: <const T extends string>(words: readonly T[]) =>
    z.string().meta({ examples: [...words] }) as unknown as z.ZodType<T>,
};

const text = z.string();
const count = z.int().nonnegative();
const ms = z.int().nonnegative();
const utcMs = z.int();
const pid = z.int().positive();

function forms({ object, word }: Strictness) {
  const histogram = object({
    bounds: z.array(z.number()),
    counts: z.array(count),
    sum: z.number(),
    count,
  });

  const counters = object({
    framesAired: object({ content: count, hold: count, slate: count }),
    framesDecoded: count,
    framesDropped: z.record(text, count),
    ticksMissed: count,
    bufferUnderruns: count,
    decodeFailures: count,
    decoderRestarts: z.record(text, count),
    planRejections: count,
    consumerFramesDropped: count,
    decodeLatencySeconds: histogram,
    tickLatenessSeconds: histogram,
    planSwapSeconds: histogram,
  });

  const onAir = object({
    planHandle: text,
    planHash: text,
    segmentIndex: count,
    segmentType: text,
    title: text,
    assetUri: text,
    segmentFrame: count,
    segmentFrames: count,
    positionMs: ms,
    durationMs: ms,
    startedUtcMs: utcMs,
    endsUtcMs: utcMs,
    turn: count,
  });

  const comingSegment = object({
    segmentIndex: count,
    segmentType: text,
    title: text,
    assetUri: text,
    startsUtcMs: utcMs,
    durationMs: ms,
    problem: text.nullable(),
  });

  const budget = object({
    used: count,
    max: count,
    remaining: count,
    windowMs: ms,
    nextSlotMs: ms.nullable(),
    attempt: count,
    backoffMs: ms.nullable(),
    stableMs: ms.nullable(),
    text,
  });

  const decoder = object({
    incarnation: count,
    role: word(['live', 'next', 'prepared']),
    pid: pid.nullable(),
    asset: text,
    segmentIndex: count,
    framesDelivered: count,
    framesOrdered: count,
    waitingForRoom: z.boolean(),
    uptimeMs: ms,
    lastFrameAgeMs: ms.nullable(),
    speed: z.number().nonnegative().nullable(),
    usage: object({ rssBytes: count, cpuPercent: count }).nullable(),
    arguments: z.array(text),
  });

  const lastExit = object({
    incarnation: count,
    pid: pid.nullable(),
    how: word(['crashed', 'asked']),
    reason: text,
    code: z.int().nullable(),
    signal: text.nullable(),
    segmentIndex: count,
    asset: text,
    frames: count,
    uptimeMs: ms,
    stderrTail: text,
    atUtcMs: utcMs,
  });

  const condition = object({
    type: word([
      'Ready',
      'SlateActive',
      'BudgetExhausted',
      'NoScheduledContent',
      'AssetProblemAhead',
      'NoHost',
    ]),
    status: z.boolean(),
    reason: text,
    message: text,
    sinceUtcMs: utcMs,
  });

  return object({
    version: z.literal(1),
    channelId: z.int().positive(),
    state: word(['stopped', 'buffering', 'ready', 'error']),
    sinceUtcMs: utcMs,
    atUtcMs: utcMs,
    ageMs: ms,
    detail: text,
    healthy: z.boolean(),
    conditions: z.array(condition),
    planHandle: text,
    port: z.int().min(0).max(65_535),
    format: text,
    hostPid: pid.nullable(),
    uptimeSeconds: z.number().nonnegative(),
    machine: object({
      value: z.unknown(),
      status: text,
      context: z.unknown(),
      tags: z.array(text),
    }).nullable(),
    transitions: z.array(object({ atUtcMs: utcMs, event: text, from: text, to: text })),
    airing: word(['content', 'hold', 'slate', 'pad', 'operator_slate']).nullable(),
    airingSinceUtcMs: utcMs.nullable(),
    operatorSlate: object({ sinceUtcMs: utcMs }).nullable(),
    onAir: onAir.nullable(),
    coming: z.array(comingSegment),
    pendingPlan: object({ planHandle: text, startUtcMs: utcMs.nullable() }).nullable(),
    preview: object({ assetPath: text, loaded: z.boolean() }).nullable(),
    planAssetProblems: object({
      count,
      soonest: z.array(
        object({ planHandle: text, segmentIndex: count, assetUri: text, reason: text, dueUtcMs: utcMs }),
      ),
    }),
    // Before the first tick it is the one before 0.
    tick: z.int(),
    bufferDepthFrames: count,
    queueFrames: count,
    frameGapSeconds: z.number(),
    worstLatenessMs: ms,
    budget,
    clockOffsetSeconds: z.number(),
    consumers: count,
    consumerList: z.array(
      object({ address: text, connectedMs: ms, framesWaiting: count, framesDropped: count }),
    ),
    decoders: z.array(decoder),
    lastExit: lastExit.nullable(),
    counters,
    childrenExpected: count,
    childrenActual: count,
    actions: z.array(object({ action: word(ACTION_NAMES), allowed: z.boolean(), reason: text })),
  });
}

/** Everything that a snapshot of this engine holds, and nothing else. */
export const snapshotForm = forms(STRICT);

/**
 * For those who read snapshots, perhaps an engine's of a later minor version: fields that are not known are left out,
 * and words that are not known are let through.
 */
export const readSnapshotForm = forms(LENIENT);

type Plain<T> = T extends object ? { readonly [K in keyof T]: Plain<T[K]> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** A field that is added to, or changed in, one of the two only does not compile. */
export const SCHEMA_IS_THE_SHAPE: Same<Plain<z.infer<typeof snapshotForm>>, Plain<ChannelView>> = true;
