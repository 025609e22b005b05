/** A plan's text that is JSON, as plain data. */
import { jsonShape } from './json-shape.js';
import { decoded, firstLine, type PlanText } from './plan-text.js';

/** Room for 100000 segments of eight keys each. */
const MAX_JSON_VALUES = 800_000;
/** Below this size no JSON can hold too many values to parse, and it need not be counted. */
const ALWAYS_FINE_BYTES = 1024 * 1024;

/** Parses a plan's text. Never throws: what is wrong is told in the answer. */
export function parseJsonText(bytes: Uint8Array): PlanText {
  const text = decoded(bytes);
  if (!text.ok) return text;
  if (bytes.length > ALWAYS_FINE_BYTES && jsonShape(bytes).values > MAX_JSON_VALUES) {
    const reason = `holds more than ${MAX_JSON_VALUES} JSON values; split the plan`;
    return { ok: false, reason, cutShort: false };
  }
  try {
    return { ok: true, value: JSON.parse(text.value) };
  } catch (error) {
    return {
      ok: false,
      reason: `is not valid JSON: ${firstLine(error)}; correct the file`,
      cutShort: !jsonShape(bytes).complete,
    };
  }
}
