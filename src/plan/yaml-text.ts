/** A plan's text that is YAML, as plain data. Apart from JSON, because the parser takes a while to load. */
import { parseDocument } from 'yaml';
import { decoded, firstLine, type PlanText } from './plan-text.js';
import { isDeeperThan } from './yaml-depth.js';

/** Times an alias may be used, its nested uses multiplied: enough to name a shared asset, too few for a bomb. */
const MAX_ALIASES = 100;
/** As the parser counts them: a plan has about six, and the stack of a process holds several hundred. */
const MAX_LEVELS = 100;

/** Parses a plan's text. Never throws: what is wrong is told in the answer. */
export function parseYamlText(bytes: Uint8Array): PlanText {
  const text = decoded(bytes);
  if (!text.ok) return text;
  try {
    if (isDeeperThan(MAX_LEVELS, text.value)) {
      const reason = `is nested more than ${MAX_LEVELS} levels deep; correct the file`;
      return { ok: false, reason, cutShort: false };
    }
    // Comparing every key with every other takes minutes for a file of many keys, so uniqueKeys is off.
    const document = parseDocument(text.value, { uniqueKeys: false, logLevel: 'error' });
    const problem = document.errors[0];
    if (problem) {
      return {
        ok: false,
        reason: `is not valid YAML: ${firstLine(problem)}; correct the file`,
        cutShort: problem.pos[1] >= text.value.trimEnd().length,
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
