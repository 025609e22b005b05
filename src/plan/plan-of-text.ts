/**
 * A plan's text becomes a plan without keeping the event loop, because frames are paced on it: a short text at once,
 * any other in a thread of its own, which hands the plan over in small pieces. Whatever a text costs (a megabyte of YAML
 * takes a second), no tick waits for it, and who gives up ends it at once.
 */
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { PlanError } from '../../supervisors/channel/plan.js';
import { parseJsonText } from './json-text.js';
import { type Plan, type PlanSegment, parsePlan } from './plan-schema.js';
import type { PlanSyntax, PlanText, ReadText } from './plan-text.js';
import type { PlanThreadData, PlanThreadSegments, PlanThreadVerdict } from './plan-thread.js';
import { parseYamlText } from './yaml-text.js';

/** Texts of up to so many bytes take a few milliseconds, and starting a thread takes longer. */
const AT_ONCE_BYTES: Readonly<Record<PlanSyntax, number>> = { json: 32 * 1024, yaml: 4 * 1024 };

/** What reading a long text may take. */
export interface ReadingLimits {
  readonly timeMs: number;
  /** For what the text becomes, its bytes not counted. */
  readonly memoryMb: number;
}

/**
 * Several times what the largest plan takes on a slow machine, and memory for the largest one of either syntax; what
 * takes more was made to.
 */
const LIMITS: ReadingLimits = { timeMs: 10_000, memoryMb: 256 };

/** Under a TypeScript loader too the compiled thread is started, as a host is. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/src/plan/plan-thread.js' : './plan-thread.js',
  import.meta.url,
);

/**
 * Reads a plan's text and checks it.
 * @throws PlanError `invalid_plan`, naming the first five problems of its form; the signal's reason.
 */
export const planOfText: ReadText<Plan> = (bytes, syntax, signal) =>
  planWithin(LIMITS, bytes, syntax, signal);

/** As {@link planOfText}, for whoever sets other limits. */
export async function planWithin(
  limits: ReadingLimits,
  bytes: Uint8Array,
  syntax: PlanSyntax,
  signal: AbortSignal,
): Promise<PlanText<Plan>> {
  if (bytes.length > AT_ONCE_BYTES[syntax]) return await inThread(limits, bytes, syntax, signal);
  const text = syntax === 'json' ? parseJsonText(bytes) : parseYamlText(bytes);
  return text.ok ? { ok: true, value: await parsePlan(text.value, signal) } : text;
}

/** A plan and the text that it was. */
export interface WrittenPlan {
  readonly plan: Plan;
  readonly bytes: Uint8Array;
  readonly syntax: PlanSyntax;
}

/** As {@link planOfText}, for whoever wants the text as well. */
export const writtenPlan: ReadText<WrittenPlan> = async (bytes, syntax, signal) => {
  const text = await planOfText(bytes, syntax, signal);
  return text.ok ? { ok: true, value: { plan: text.value, bytes, syntax } } : text;
};

async function inThread(
  { timeMs, memoryMb }: ReadingLimits,
  bytes: Uint8Array,
  syntax: PlanSyntax,
  signal: AbortSignal,
): Promise<PlanText<Plan>> {
  signal.throwIfAborted();
  const limit = AbortSignal.timeout(timeMs);
  // Neither the environment nor the options of this process are any business of a text's.
  const thread = new Worker(ENTRY, {
    workerData: { bytes, syntax } satisfies PlanThreadData,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  // It may fail at any time, also once nobody waits for it any more, and must not end the process by that.
  const failed = new AbortController();
  thread.on('error', (error) => failed.abort(error));
  try {
    return await planFrom(thread, AbortSignal.any([signal, limit, failed.signal]));
  } catch (caught) {
    signal.throwIfAborted();
    const error: unknown = failed.signal.aborted ? failed.signal.reason : caught;
    const remedy = 'split the plan';
    if (limit.aborted) {
      return {
        ok: false,
        reason: `could not be read within ${timeMs / 1000} s; ${remedy}, or look after the machine's load`,
        cutShort: false,
      };
    }
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      return { ok: false, reason: `takes more than ${memoryMb} MB to read; ${remedy}`, cutShort: false };
    }
    throw error;
  } finally {
    await thread.terminate();
  }
}

async function planFrom(thread: Worker, signal: AbortSignal): Promise<PlanText<Plan>> {
  const told = async <Message>() => (await once(thread, 'message', { signal }))[0] as Message;
  const first = await told<PlanThreadVerdict>();
  if (first.type === 'unreadable') return { ok: false, reason: first.reason, cutShort: first.cutShort };
  if (first.type !== 'head') throw new PlanError('invalid_plan', first.message);
  const segments: PlanSegment[] = [];
  for (;;) {
    thread.postMessage('more');
    const { segments: piece } = await told<PlanThreadSegments>();
    if (piece.length === 0) break;
    segments.push(...piece);
    // Else the next one might be there by now, and the next but one: ticks come in between.
    await setImmediate();
  }
  return { ok: true, value: { ...first.head, segments } };
}
