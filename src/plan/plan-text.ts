/**
 * From a plan file's bytes to plain data, for JSON and YAML alike. Files are written by others, so nothing in
 * them may cost more than a channel's process can spare: size, number of values, YAML's aliases and depth are all
 * limited.
 */
import { parseDocument } from 'yaml';
import { jsonShape } from './json-shape.js';
import { isDeeperThan } from './yaml-depth.js';

export type PlanSyntax = 'json' | 'yaml';

/**
 * Sizes beyond these are not read: JSON of 16 MB still fits a host that has 96 MB of heap and another plan on air.
 * YAML costs many times the memory of JSON, and half a second per megabyte.
 */
export const MAX_PLAN_BYTES: Readonly<Record<PlanSyntax, number>> = {
  json: 16 * 1024 * 1024,
  yaml: 1024 * 1024,
};

/** Room for 100000 segments of eight keys each. */
const MAX_JSON_VALUES = 800_000;
/** Below this size no JSON can hold too many values to parse, and it need not be counted. */
const ALWAYS_FINE_BYTES = 1024 * 1024;
/** Times an alias may be used, its nested uses multiplied: enough to name a shared asset, too few for a bomb. */
const MAX_ALIASES = 100;
/** As the parser counts them: a plan has about six, and the stack of a process holds several hundred. */
const MAX_YAML_LEVELS = 100;

/** What a plan's text says, or why it says nothing. */
export type PlanText<Value = unknown> =
  | { readonly ok: true; readonly value: Value }
  /** `cutShort`: the text ends too early, as that of a file does which is still being written. */
  | { readonly ok: false; readonly reason: string; readonly cutShort: boolean };

/**
 * Makes something of a plan's text.
 * @throws PlanError where the text can be read and what it says is no plan; the signal's reason.
 */
export type ReadText<Value> = (
  bytes: Uint8Array,
  syntax: PlanSyntax,
  signal: AbortSignal,
) => Promise<PlanText<Value>>;

/** The text as plain data, unchecked. It keeps the event loop for as long as it takes: for whoever airs nothing. */
export const plainData: ReadText<unknown> = async (bytes, syntax) => parsePlanText(bytes, syntax);

/** What is wrong with a plan of so many bytes, and the remedy; to be read after its name. */
export function tooLarge(bytes: number | bigint, syntax: PlanSyntax): string {
  const remedy = syntax === 'yaml' ? 'store it as JSON, which may be larger' : 'split the plan';
  return `has ${bytes} bytes, and at most ${MAX_PLAN_BYTES[syntax]} are read; ${remedy}`;
}

/** Parses a plan's text. Never throws: what is wrong is told in the answer. */
export function parsePlanText(bytes: Uint8Array, syntax: PlanSyntax): PlanText {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, reason: 'is not UTF-8 text; save it as UTF-8', cutShort: false };
  }
  if (text.trim() === '') return { ok: false, reason: 'is empty; write a plan into it', cutShort: true };
  return syntax === 'json' ? parseJson(text, bytes) : parseYaml(text);
}

function parseJson(text: string, bytes: Uint8Array): PlanText {
  if (bytes.length > ALWAYS_FINE_BYTES && jsonShape(bytes).values > MAX_JSON_VALUES) {
    const reason = `holds more than ${MAX_JSON_VALUES} JSON values; split the plan`;
    return { ok: false, reason, cutShort: false };
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return {
      ok: false,
      reason: `is not valid JSON: ${firstLine(error)}; correct the file`,
      cutShort: !jsonShape(bytes).complete,
    };
  }
}

function parseYaml(text: string): PlanText {
  try {
    if (isDeeperThan(MAX_YAML_LEVELS, text)) {
      const reason = `is nested more than ${MAX_YAML_LEVELS} levels deep; correct the file`;
      return { ok: false, reason, cutShort: false };
    }
    // Comparing every key with every other takes minutes for a file of many keys, so uniqueKeys is off.
    const document = parseDocument(text, { uniqueKeys: false, logLevel: 'error' });
    const problem = document.errors[0];
    if (problem) {
      return {
        ok: false,
        reason: `is not valid YAML: ${firstLine(problem)}; correct the file`,
        cutShort: problem.pos[1] >= text.trimEnd().length,
      };
    }
    return { ok: true, value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    // Aliases beyond the limit.
    return {
      ok: false,
      reason: `is not usable YAML: ${firstLine(error)}; correct the file`,
      cutShort: false,
    };
  }
}

/** Another's words as they may be shown: the first line, without what a parser shows of the file behind it. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').slice(0, 200);
}
