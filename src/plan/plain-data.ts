/** A plan's text as plain data, unchecked, for whoever airs nothing. */
import { parseJsonText } from './json-text.js';
import type { ReadText } from './plan-text.js';

/** It keeps the event loop for as long as it takes. */
export const plainData: ReadText<unknown> = async (bytes, syntax) => {
  if (syntax === 'json') return parseJsonText(bytes);
  const { parseYamlText } = await import('./yaml-text.js');
  return parseYamlText(bytes);
};
