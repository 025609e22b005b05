/**
 * When a host counts as silent: alike in the tree, in the feed, on the command line and on the dashboard, which is served
 * this very file. Fit for browsers as for Node: it imports nothing but types.
 */
import type { ChannelView } from './channel-view.js';

/** A host speaks four times a second: one that was silent for longer than this, in milliseconds, hangs. */
export const SILENT_MS = 1000;

/** Its host process does not tell any more how it is. By the age alone, which no step of a wall clock changes. */
export function isSilent({ hostPid, ageMs }: Pick<ChannelView, 'hostPid' | 'ageMs'>): boolean {
  return hostPid !== null && ageMs > SILENT_MS;
}
