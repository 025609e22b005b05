/**
 * Entry point of the thread that reads one long plan for a host: it parses and checks the text it was started with, and
 * hands the segments over piece by piece, each when it is asked for more: while it checks the next ones, because a
 * processor may be free for either. What came of the text it says last.
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

/** What it answers each time it is asked for more. */
export type PlanThreadAnswer =
  | { readonly type: 'segments'; readonly segments: readonly PlanSegment[] }
  | PlanThreadVerdict;

/** What it answers last. */
export type PlanThreadVerdict =
  | { readonly type: 'unreadable'; readonly reason: string; readonly cutShort: boolean }
  /** It can be read and is no plan; `message` names the first five problems. */
  | { readonly type: 'invalid'; readonly message: string }
  /** It is a plan, and these are all of its segments that were handed over. */
  | { readonly type: 'head'; readonly head: Omit<Plan, 'segments'> };

/** Few enough to be taken over within a few milliseconds. */
const PIECE = 2000;

/** Behind the ticks, and ahead of the decoders, whose frames are wanted two seconds later. */
const NICE = 5;

// On Linux this is the thread's own; elsewhere it would be the whole process's.
if (process.platform === 'linux') setPriority(NICE);

/** Checked, and not handed over yet. */
let waiting: PlanSegment[] = [];
let verdict: PlanThreadVerdict | undefined;
let asked = false;

/** Answers who has asked, once there is enough for a piece, or nothing more to come. */
function answer(): void {
  if (!asked) return;
  if (verdict === undefined && waiting.length < PIECE) return;
  asked = false;
  const tell = (message: PlanThreadAnswer) => parentPort?.postMessage(message);
  if (verdict !== undefined && (verdict.type !== 'head' || waiting.length === 0)) tell(verdict);
  else {
    tell({ type: 'segments', segments: waiting.slice(0, PIECE) });
    waiting = waiting.slice(PIECE);
  }
}

parentPort?.on('message', () => {
  asked = true;
  answer();
});

async function verdictOn({ bytes, syntax }: PlanThreadData): Promise<PlanThreadVerdict> {
  // Who gives up ends the thread.
  const { signal } = new AbortController();
  const text = await plainData(bytes, syntax, signal);
  if (!text.ok) return { type: 'unreadable', reason: text.reason, cutShort: text.cutShort };
  const { plan, problems } = await inspectPlan(text.value, signal, (segment) => {
    waiting.push(segment);
    if (waiting.length >= PIECE) answer();
  });
  if (plan === undefined) return { type: 'invalid', message: invalidPlan(problems).message };
  const { segments: _, ...head } = plan;
  return { type: 'head', head };
}

verdict = await verdictOn(workerData as PlanThreadData);
answer();
