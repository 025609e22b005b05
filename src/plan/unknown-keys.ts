/**
 * The keys of a plan that the engine ignores. Core adds some on purpose; others are slips (`segment_duration` for
 * `segment_duration_ms`) that would silently air something else than was meant, so whoever checks a plan hears of them.
 */
import { nearestKey } from '../config/nearest-key.js';
import { quoted } from '../quoted.js';
import { planHead, planSegment, segmentsOf } from './plan-schema.js';

const HEAD_KEYS = Object.keys(planHead.shape);
const SEGMENT_KEYS = Object.keys(planSegment.shape);

/** One sentence for each key, however many segments have it. */
export function unknownKeys(raw: unknown): string[] {
  const inHead = keysBeside(HEAD_KEYS, raw).map((key) => sentence(`${shown(key)}`, key, HEAD_KEYS, 0));
  /** By key: the first segment that has it, and how many more do. */
  const inSegments = new Map<string, { readonly first: number; more: number }>();
  for (const [index, segment] of segmentsOf(raw).entries()) {
    for (const key of keysBeside(SEGMENT_KEYS, segment)) {
      const known = inSegments.get(key);
      if (known === undefined) inSegments.set(key, { first: index, more: 0 });
      else known.more += 1;
    }
  }
  const ofSegments = [...inSegments].map(([key, { first, more }]) =>
    sentence(`segments[${first}].${shown(key)}`, key, SEGMENT_KEYS, more),
  );
  return [...inHead, ...ofSegments];
}

function keysBeside(known: readonly string[], value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.keys(value).filter((key) => !known.includes(key));
}

function sentence(place: string, key: string, known: readonly string[], more: number): string {
  const near = nearestKey(key, known);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  const others = more === 0 ? '' : ` (and in ${more} more ${more === 1 ? 'segment' : 'segments'})`;
  return `${place}: is no key of a plan and is ignored${others}${meant}`;
}

function shown(key: string): string {
  return /^\w{1,60}$/.test(key) ? key : quoted(key);
}
