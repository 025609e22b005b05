/**
 * The form of a plan, as RetroVue core writes its block plans. Everything in a plan is checked before anything of
 * it is used; what is wrong is told by its place (`segments[2].segment_duration_ms: must be > 0 (is -5)`). Keys
 * that the engine does not know are ignored, because core adds some.
 */
import { z } from 'zod';
import { PlanError } from '../../supervisors/channel/plan.js';
import { LONGEST_SPAN_MS } from '../longest-span.js';
import { hasControlCharacter, quoted } from '../quoted.js';
import { inSlices } from './in-slices.js';
import { MAX_URI_CHARACTERS, mediaPath } from './media-uri.js';

const MAX_SEGMENTS = 100_000;
const MAX_WORD_CHARACTERS = 200;
/** The end of the year 9999. */
const MAX_UTC_MS = 253_402_300_799_999;
const PROBLEMS_SHOWN = 5;

const wholeMs = 'must be a whole number of milliseconds';
const spanMs = z.int(wholeMs).max(LONGEST_SPAN_MS, `must be at most ${LONGEST_SPAN_MS} (366 days)`);
const word = z
  .string('must be a string')
  .max(MAX_WORD_CHARACTERS, `must have at most ${MAX_WORD_CHARACTERS} characters`)
  .refine((text) => !hasControlCharacter(text), 'must not contain control characters');

export const planHead = z.object(
  {
    plan_id: word.min(1, 'must not be empty'),
    start_utc_ms: z
      .int('must be a whole number of milliseconds since 1970, UTC')
      .min(0, 'must be >= 0')
      .max(MAX_UTC_MS, `must be at most ${MAX_UTC_MS}`)
      .optional(),
    loop: z.boolean('must be true or false').default(false),
    segments: z
      .array(z.unknown(), 'must be a list of segments')
      .min(1, 'must hold at least one segment')
      .max(MAX_SEGMENTS, `must hold at most ${MAX_SEGMENTS} segments`),
  },
  'must be an object with plan_id and segments',
);

export const planSegment = z.object(
  {
    asset_uri: z
      .string('must be a string')
      .superRefine((uri, issues) => {
        const media = mediaPath(uri);
        if (!media.ok) issues.addIssue(media.reason);
      })
      // What of that rule a JSON Schema can say.
      .meta({ minLength: 1, maxLength: MAX_URI_CHARACTERS }),
    asset_start_offset_ms: spanMs.min(0, 'must be >= 0').default(0),
    segment_duration_ms: spanMs.min(1, 'must be > 0').optional(),
    segment_type: word.default('content'),
    title: word.optional(),
  },
  'must be an object with asset_uri',
);

/** The form of a whole plan in one piece, for a JSON Schema; a plan is checked piece by piece. */
export const planForm = planHead.extend({
  segments: z.array(planSegment).min(1).max(MAX_SEGMENTS),
});

/** One segment of a valid plan, defaults filled in. */
export type PlanSegment = z.infer<typeof planSegment>;

/** A valid plan, defaults filled in, unknown keys left out. */
export type Plan = Omit<z.infer<typeof planHead>, 'segments'> & { readonly segments: readonly PlanSegment[] };

/**
 * Checks plain data (parsed JSON or YAML) against the form of a plan.
 * @throws PlanError `invalid_plan`, naming the first five problems; the signal's reason.
 */
export async function parsePlan(raw: unknown, signal: AbortSignal): Promise<Plan> {
  const { plan, problems } = await inspectPlan(raw, signal);
  if (plan === undefined) throw invalidPlan(problems);
  return plan;
}

/**
 * The same for those who want to hear of all problems; there is a plan exactly where there are none.
 * @throws the signal's reason
 */
export async function inspectPlan(
  raw: unknown,
  signal: AbortSignal,
): Promise<{ readonly plan: Plan | undefined; readonly problems: readonly string[] }> {
  const head = planHead.safeParse(raw);
  const problems = head.success ? [] : head.error.issues.map((issue) => describeIssue('', raw, issue));
  const rawSegments = head.success ? head.data.segments : segmentsOf(raw);
  const segments: PlanSegment[] = [];
  await inSlices(rawSegments, signal, (rawSegment, index) => {
    const segment = planSegment.safeParse(rawSegment);
    if (segment.success) segments.push(segment.data);
    else {
      for (const issue of segment.error.issues) {
        problems.push(describeIssue(`segments[${index}]`, rawSegment, issue));
      }
    }
  });
  const plan = head.success && problems.length === 0 ? { ...head.data, segments } : undefined;
  return { plan, problems };
}

/** An error that names the first five of a plan's problems and counts the rest. */
export function invalidPlan(problems: readonly string[]): PlanError {
  const shown = problems.slice(0, PROBLEMS_SHOWN).join('; ');
  const more = problems.length > PROBLEMS_SHOWN ? `; and ${problems.length - PROBLEMS_SHOWN} more` : '';
  return new PlanError('invalid_plan', `${shown}${more}`);
}

/** The segments of a plan whose other keys are wrong, so that one answer names the problems of both. */
export function segmentsOf(raw: unknown): readonly unknown[] {
  const segments = typeof raw === 'object' && raw !== null && 'segments' in raw ? raw.segments : undefined;
  return Array.isArray(segments) && segments.length <= MAX_SEGMENTS ? segments : [];
}

function describeIssue(parent: string, raw: unknown, issue: z.core.$ZodIssue): string {
  const place = [...(parent ? [parent] : []), ...issue.path.map(String)].join('.') || 'plan';
  let value = raw;
  for (const key of issue.path) value = Object(value)[key];
  return `${place}: ${issue.message} (${shown(value)})`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (typeof value === 'string') return `is ${quoted(value)}`;
  if (Array.isArray(value)) return `is a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'is an object' : `is ${String(value)}`;
}
