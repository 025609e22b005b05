/**
 * What the two syntaxes of plans have in common. Files are written by others, so nothing in them may cost more than a
 * channel's process can spare: size, number of values, YAML's aliases and depth are all limited, here and where each is parsed.
 */

export type PlanSyntax = 'json' | 'yaml';

/**
 * Sizes beyond these are not read: JSON of 16 MB still fits a host that has 96 MB of heap and another plan on air.
 * YAML costs many times the memory of JSON, and half a second per megabyte.
 */
export const MAX_PLAN_BYTES: Readonly<Record<PlanSyntax, number>> = {
  json: 16 * 1024 * 1024,
  yaml: 1024 * 1024,
};

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

/** What is wrong with a plan of so many bytes, and the remedy; to be read after its name. */
export function tooLarge(bytes: number | bigint, syntax: PlanSyntax): string {
  const remedy = syntax === 'yaml' ? 'store it as JSON, which may be larger' : 'split the plan';
  return `has ${bytes} bytes, and at most ${MAX_PLAN_BYTES[syntax]} are read; ${remedy}`;
}

/** The bytes as text, or why they are none. */
export function decoded(bytes: Uint8Array): PlanText<string> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, reason: 'is not UTF-8 text; save it as UTF-8', cutShort: false };
  }
  if (text.trim() === '') return { ok: false, reason: 'is empty; write a plan into it', cutShort: true };
  return { ok: true, value: text };
}

/** Another's words as they may be shown: the first line, without what a parser shows of the file behind it. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').slice(0, 200);
}
