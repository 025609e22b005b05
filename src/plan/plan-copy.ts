/**
 * Copies of plans, small enough to be kept in another process: a host that takes over airs its channel's plan as it was
 * when it was put on air, whatever has become of the file, the store, or the lengths of the files since.
 */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { PlanCopy } from '../../supervisors/channel/plan.js';
import { MAX_PLAN_BYTES, type PlanSyntax } from './plan-text.js';

/** Packed. A message of such a size takes a few milliseconds to send and to read; plans repeat themselves and pack well. */
const MAX_PACKED_BYTES = 1024 * 1024;
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

/** @returns undefined where the plan is too large to be kept, even packed */
export async function copyPlan({ bytes, syntax, durations }: CopiedPlan): Promise<PlanCopy | undefined> {
  const packed = await pack(bytes, { level: LEVEL });
  if (packed.length > MAX_PACKED_BYTES) return undefined;
  return { packed: packed.toString('base64'), syntax, durations: [...durations] };
}

export async function readCopy({ packed, syntax, durations }: PlanCopy): Promise<CopiedPlan> {
  const bytes = await unpack(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_PLAN_BYTES[syntax] + 1 });
  return { bytes, syntax, durations: new Map(durations) };
}
