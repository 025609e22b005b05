/** The tree as it is shown: whether a host is silent. */
import t from 'tap';
import { engineTree, type TreeNode } from '../../../supervisors/engine/engine-tree.js';
import type { ChildInfo } from '../../../supervisors/otp/which-children.js';
import { createWorld } from './fake-world.js';

t.test('a host is silent by the time that passes, not by what a wall clock says', async (t) => {
  const w = createWorld();
  const host = await w.onAir();
  const root = {
    limits: { strategy: 'one_for_one', intensity: 5, periodMs: 60_000 },
    whichChildren: (): ChildInfo[] => [
      {
        id: 'channels',
        type: 'supervisor',
        status: 'running',
        restarts: 0,
        sinceMs: w.clock.nowMs(),
        child: undefined,
      },
    ],
    controlPort: 1,
    telemetryPort: 2,
  } as const;
  const hostDetail = () => {
    const { clock } = w;
    const branches = w.channels.branches();
    const tree = engineTree({
      ...{ root, branches, clock, sparePid: undefined },
      engine: { pid: 1, sinceMs: 0 },
    });
    return find(tree, 'host')?.detail;
  };
  // As after a step of the wall clock by a minute.
  host.shows({ atUtcMs: w.clock.utcMs() - 60_000 });
  t.equal(hostDetail(), '');
  await w.clock.run(1000);
  t.equal(hostDetail(), '');
  await w.clock.run(700);
  t.equal(hostDetail(), 'last heard of 1.7 s ago');
});

function find(node: TreeNode, id: string): TreeNode | undefined {
  if (node.id === id) return node;
  for (const child of node.children) {
    const found = find(child, id);
    if (found !== undefined) return found;
  }
  return undefined;
}
