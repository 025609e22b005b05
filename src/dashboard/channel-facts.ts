/**
 * What page, command line and service manager must say alike of a channel, above all whether it is wrong. Pure, and
 * fit for browsers as for Node: it imports nothing but types.
 */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';

/** A host speaks four times a second: one that was silent for longer than this, in milliseconds, hangs. */
export const SILENT_MS = 1000;

/** Its host process does not tell any more how it is. */
export function isSilent({ hostPid, ageMs }: Pick<ChannelView, 'hostPid' | 'ageMs'>): boolean {
  return hostPid !== null && ageMs > SILENT_MS;
}

/**
 * It is not ready, or nobody can tell, whatever its viewers see meanwhile. A channel that was stopped on purpose is not
 * wrong.
 */
export function isWrong(view: Pick<ChannelView, 'state' | 'hostPid' | 'ageMs'>): boolean {
  return view.state !== 'stopped' && (view.state !== 'ready' || isSilent(view));
}

/** The machine's state as the page on the channel machine writes it: `error.slate`. Without a host, the channel's. */
export function machineState({ machine, state }: Pick<ChannelView, 'machine' | 'state'>): string {
  const value = machine?.value;
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return state;
  const [entry] = Object.entries(value);
  return entry === undefined ? state : `${entry[0]}.${String(entry[1])}`;
}

export function holds(
  { conditions }: Pick<ChannelView, 'conditions'>,
  type: ChannelView['conditions'][number]['type'],
): boolean {
  return conditions.some((condition) => condition.type === type && condition.status);
}
