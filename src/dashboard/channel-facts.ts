/**
 * What page, command line and service manager must say alike of a channel, above all whether it is wrong. Pure, and
 * fit for browsers as for Node: what it imports is served to them, too (src/observe/dashboard-pages.ts).
 */
import type { ChannelView } from '../../supervisors/engine/channel-view.js';
import type { TreeNode } from '../../supervisors/engine/engine-tree.js';
import { isSilent } from '../../supervisors/engine/silence.js';

/**
 * It is not ready, or nobody can tell, whatever its viewers see meanwhile. A channel that was stopped on purpose is not
 * wrong.
 */
export function isWrong(view: Pick<ChannelView, 'state' | 'hostPid' | 'ageMs'>): boolean {
  return view.state !== 'stopped' && (view.state !== 'ready' || isSilent(view));
}

/**
 * A part of the tree does what it should, or is about to: decoders start all day. The words may be those of a later
 * engine.
 */
export function runs({ state }: { readonly state: TreeNode['state'] | (string & {}) }): boolean {
  return state === 'running' || state === 'starting';
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
