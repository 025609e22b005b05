/**
 * Copies of plans, small enough to be kept in another process: a host that takes over airs its channel's plan as it was
 * when it was put on air, whatever has become of the file, the store, or the lengths of the files since.
 */
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { PlanCopy } from '../../supervisors/channel/plan.js';
import { MAX_PLAN_BYTES, type PlanSyntax } from './plan-text.js';

/**
 * The text packed, and the durations. A message of such a size takes a few milliseconds to send and to read; plans repeat
 * themselves and pack well.
 */
const MAX_COPY_BYTES = 1024 * 1024;
/** What a duration takes besides the asset's name. */
const DURATION_BYTES = 16;
/** The fastest: what counts is the time. */
const LEVEL = 1;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** A plan's text, and how long the assets last that it leaves the lengths of its segments to. */
export interface CopiedPlan {
  readonly bytes: Uint8Array;
  readonly syntax: PlanSyntax;
  /** By asset_uri, in milliseconds. */
  readonly durations: ReadonlyMap<string, number>;
}

/**
 * Copies the plan when it is asked for, once, and no longer keeps the plan then.
 *
 * @returns what answers undefined where the plan is too large to be kept, even packed
 */
export function copyOnDemand(plan: CopiedPlan): () => Promise<PlanCopy | undefined> {
  let uncopied: CopiedPlan | undefined = plan;
  let copy: Promise<PlanCopy | undefined> | undefined;
  return () => {
    if (uncopied !== undefined) copy = copyPlan(uncopied);
    uncopied = undefined;
    return copy ?? Promise.resolve(undefined);
  };
}

async function copyPlan({ bytes, syntax, durations }: CopiedPlan): Promise<PlanCopy | undefined> {
  // Whoever asks may be about to air a frame.
  await setImmediate();
  let roomBytes = MAX_COPY_BYTES;
  for (const uri of durations.keys()) {
    roomBytes -= Buffer.byteLength(uri) + DURATION_BYTES;
    if (roomBytes < 0) return undefined;
  }
  const packed = await pack(bytes, { level: LEVEL });
  if (packed.length > roomBytes) return undefined;
  return { packed: packed.toString('base64'), syntax, durations: [...durations] };
}

export async function readCopy({ packed, syntax, durations }: PlanCopy): Promise<CopiedPlan> {
  const bytes = await unpack(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_PLAN_BYTES[syntax] + 1 });
  return { bytes, syntax, durations: new Map(durations) };
}
