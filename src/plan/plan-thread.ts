/**
 * Entry point of the thread that reads one long plan for a host: it parses and checks the text it was started with, says
 * what came of it, and then hands over the segments piece by piece, each when it is asked for more.
 */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { plainData } from './plain-data.js';
import { inspectPlan, invalidPlan, type Plan, type PlanSegment } from './plan-schema.js';
import type { PlanSyntax } from './plan-text.js';

export interface PlanThreadData {
  readonly bytes: Uint8Array;
  readonly syntax: PlanSyntax;
}

/** What the thread says first. */
export type PlanThreadVerdict =
  | { readonly type: 'unreadable'; readonly reason: string; readonly cutShort: boolean }
  /** It can be read and is no plan; `message` names the first five problems. */
  | { readonly type: 'invalid'; readonly message: string }
  | { readonly type: 'head'; readonly head: Omit<Plan, 'segments'> };

/** What it answers each time it is asked for more; none: there are no more. */
export interface PlanThreadSegments {
  readonly segments: readonly PlanSegment[];
}

/** Few enough to be taken over within a few milliseconds. */
const PIECE = 2000;

/** Behind the ticks, and ahead of the decoders, whose frames are wanted two seconds later. */
const NICE = 5;

// On Linux this is the thread's own; elsewhere it would be the whole process's.
if (process.platform === 'linux') setPriority(NICE);

const tell = (message: PlanThreadVerdict | PlanThreadSegments) => parentPort?.postMessage(message);

const { bytes, syntax } = workerData as PlanThreadData;
// Who gives up ends the thread.
const { signal } = new AbortController();
const text = await plainData(bytes, syntax, signal);
if (!text.ok) tell({ type: 'unreadable', reason: text.reason, cutShort: text.cutShort });
else {
  const { plan, problems } = await inspectPlan(text.value, signal);
  if (plan === undefined) tell({ type: 'invalid', message: invalidPlan(problems).message });
  else {
    const { segments, ...head } = plan;
    let at = 0;
    parentPort?.on('message', () => {
      tell({ segments: segments.slice(at, at + PIECE) });
      at += PIECE;
    });
    tell({ type: 'head', head });
  }
}
