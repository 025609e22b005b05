/**
 * The supervision tree as it is shown: the engine's own supervisors as they answer which_children, and below each
 * channel what its host has told. Everything is at hand when it is asked for; a channel that hangs is shown as it was
 * last heard of, with its age.
 */
import type { ChannelSnapshot } from '../channel/snapshot.js';
import type { MasterClock } from '../master-clock.js';
import type { ChildStatus } from '../otp/child-slot.js';
import type { ChildInfo } from '../otp/which-children.js';
import type { ChannelBranch } from './channels.js';
import type { ChildState } from './host-protocol.js';
import type { Root } from './root.js';
import { isSilent } from './silence.js';

export interface TreeNode {
  /** Unique among its siblings. */
  readonly id: string;
  /** `process`: of the operating system; it is a supervisor's child, or holds a subtree of its own. */
  readonly type: 'supervisor' | 'worker' | 'process';
  readonly state: ChildStatus;
  /** Since when it is in this state, UTC milliseconds. */
  readonly sinceUtcMs: number;
  /** How often it has been started again. */
  readonly restarts: number;
  /** Null where it is no process of its own. */
  readonly pid: number | null;
  /** For people: how it restarts its children, what it does, what is wrong with it. */
  readonly detail: string;
  readonly children: readonly TreeNode[];
}

export interface TreeSources {
  readonly root: Pick<Root, 'limits' | 'whichChildren' | 'controlPort' | 'telemetryPort'>;
  /** The engine process, and since when it runs, monotonic milliseconds. */
  readonly engine: { readonly pid: number; readonly sinceMs: number };
  readonly sparePid: number | undefined;
  readonly branches: readonly ChannelBranch[];
  readonly clock: MasterClock;
}

export function engineTree({ root, engine, sparePid, branches, clock }: TreeSources): TreeNode {
  const utcOffsetMs = clock.utcMs() - clock.nowMs();
  const utc = (monotonicMs: number) => Math.round(monotonicMs + utcOffsetMs);
  const { strategy, intensity, periodMs } = root.limits;

  const partOf = (part: ChildInfo): TreeNode => {
    const node = nodeOf(part, utc);
    switch (part.id) {
      case 'spare-host':
        return {
          ...node,
          type: 'process',
          pid: sparePid ?? null,
          detail: sparePid === undefined ? 'none waits; the next is on its way' : 'waits for a channel',
        };
      case 'channels':
        return {
          ...node,
          detail: `${branches.length} on air`,
          children: branches.map((branch) => channelNode(branch, utc)),
        };
      case 'control':
        return { ...node, detail: `gRPC on port ${root.controlPort}` };
      case 'telemetry':
        return { ...node, detail: `HTTP on port ${root.telemetryPort}` };
      default:
        return node;
    }
  };
  return {
    id: 'root',
    type: 'supervisor',
    state: 'running',
    sinceUtcMs: utc(engine.sinceMs),
    restarts: 0,
    pid: engine.pid,
    detail: `${strategy}, at most ${intensity} restarts in ${periodMs / 1000} s`,
    children: root.whichChildren().map(partOf),
  };
}

type Utc = (monotonicMs: number) => number;

function nodeOf({ id, type, status, restarts, sinceMs }: ChildState, utc: Utc): TreeNode {
  const sinceUtcMs = utc(sinceMs);
  return { id, type, state: status, sinceUtcMs, restarts, pid: null, detail: '', children: [] };
}

function channelNode({ child, parts, view }: ChannelBranch, utc: Utc): TreeNode {
  const node = { ...nodeOf(child, utc), detail: view?.state ?? '' };
  if (parts === undefined) return node;
  const { pid, status, restarts, sinceMs } = parts.host;
  const host: TreeNode = {
    id: 'host',
    type: 'process',
    state: status,
    sinceUtcMs: utc(sinceMs),
    restarts,
    pid: pid ?? null,
    detail:
      status === 'restarting'
        ? (view?.detail ?? '')
        : view !== undefined && isSilent(view)
          ? `last heard of ${(view.ageMs / 1000).toFixed(1)} s ago`
          : '',
    children: parts.children.length === 0 ? [] : [supervisorNode(parts.children, view, utc)],
  };
  return { ...node, children: [host] };
}

function supervisorNode(
  parts: readonly ChildState[],
  snapshot: ChannelSnapshot | undefined,
  utc: Utc,
): TreeNode {
  const children = parts.map((part) => {
    const node = nodeOf(part, utc);
    if (snapshot === undefined) return node;
    if (part.id === 'output') return { ...node, detail: `${snapshot.consumers} consumers` };
    if (part.id === 'pacer')
      return { ...node, detail: snapshot.airing === null ? '' : `airs ${snapshot.airing}` };
    if (part.id !== 'source') return node;
    const detail = `${snapshot.budget.remaining} restarts of decoders left`;
    return { ...node, detail, children: snapshot.decoders.map((decoder) => decoderNode(decoder, snapshot)) };
  });
  const sinceUtcMs = Math.min(...children.map((child) => child.sinceUtcMs));
  return {
    id: 'channel-supervisor',
    type: 'supervisor',
    state: 'running',
    sinceUtcMs,
    restarts: 0,
    pid: null,
    detail: 'rest_for_one, at most 3 restarts in 60 s',
    children,
  };
}

/** A decoder is never restarted: another one, of another incarnation, takes its place. */
function decoderNode(decoder: ChannelSnapshot['decoders'][number], { atUtcMs }: ChannelSnapshot): TreeNode {
  const { incarnation, role, pid, asset, uptimeMs } = decoder;
  return {
    id: `decoder-${incarnation}`,
    type: 'process',
    state: pid === null ? 'starting' : 'running',
    sinceUtcMs: Math.round(atUtcMs - uptimeMs),
    restarts: 0,
    pid,
    detail: `${role}: ${asset}`,
    children: [],
  };
}
