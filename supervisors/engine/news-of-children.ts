/** What a host tells of its supervisor's children: all of them whenever one is not what it was, otherwise nothing. */
import type { ChildInfo } from '../otp/which-children.js';
import type { ChildState } from './host-protocol.js';

/** @returns what is to be sent: every child, or undefined when that is known already */
export function createNewsOfChildren(): (
  children: readonly ChildInfo[],
) => readonly ChildState[] | undefined {
  let sent: readonly ChildState[] = [];
  return (children) => {
    const states = children.map(({ child: _, ...state }) => state);
    const same =
      states.length === sent.length &&
      states.every(({ id, status, sinceMs, restarts }, index) => {
        const before = sent[index];
        return (
          before?.id === id &&
          before.status === status &&
          before.sinceMs === sinceMs &&
          before.restarts === restarts
        );
      });
    if (same) return undefined;
    sent = states;
    return states;
  };
}
