/** `tree`: the supervision tree, from the root to the decoders, with states, restarts and pids. */
import { z } from 'zod';
import type { TreeNode } from '../../supervisors/engine/engine-tree.js';
import { runs } from '../dashboard/channel-facts.js';
import { CLIENT_EXIT, type CliIo, printable } from './cli-io.js';
import { durationText } from './duration.js';
import { readAs, reading, readPage } from './engine-page.js';
import { type Cell, type Style, terminalOf } from './terminal.js';
import { tableText } from './text-table.js';

export interface TreeOptions {
  /** The engine's HTTP address, `HOST:PORT`. */
  readonly httpAddress: string;
  readonly json: boolean;
}

/** What is drawn of a node; words that are not known here are shown as they come. */
type Node = Omit<TreeNode, 'type' | 'state' | 'children'> & {
  readonly type: string;
  readonly state: string;
  readonly children: readonly Node[];
};

const nodeForm: z.ZodType<Node> = z.object({
  id: z.string(),
  type: z.string(),
  state: z.string(),
  sinceUtcMs: z.number(),
  restarts: z.number(),
  pid: z.number().nullable(),
  detail: z.string(),
  children: z.array(z.lazy(() => nodeForm)),
});

/** Prints it. Exit code 0 when all of it runs or starts, 2 when a part does not, 69 when there is no engine. */
export function runTree(
  { httpAddress, json }: TreeOptions,
  io: CliIo,
  nowUtcMs = Date.now(),
): Promise<number> {
  return reading(json, io, async () => {
    const { body } = await readPage(httpAddress, '/tree');
    const root = readAs(nodeForm, body, httpAddress);
    if (json) io.stdout.write(`${JSON.stringify(body)}\n`);
    else {
      const header = ['CHILD', 'STATE', 'FOR', 'RESTARTS', 'PID', 'DETAIL'];
      const rows = rowsOf(root, nowUtcMs, '', '');
      io.stdout.write(tableText({ header, rows, flexible: 0 }, terminalOf(io.stdout, io.env)));
    }
    return allRun(root) ? CLIENT_EXIT.success : CLIENT_EXIT.notReady;
  });
}

function allRun(node: Node): boolean {
  return runs(node) && node.children.every(allRun);
}

const STATE_STYLE: Readonly<Record<string, Style>> = {
  running: 'green',
  starting: 'yellow',
  restarting: 'red',
  stopping: 'yellow',
  stopped: 'red',
};

/** @param lead what stands before its own name, and @param below before those of its children */
function rowsOf(node: Node, nowUtcMs: number, lead: string, below: string): Cell[][] {
  const { id, state, sinceUtcMs, restarts, pid, detail, children } = node;
  const own: Cell[] = [
    { text: `${lead}${printable(id)}` },
    { text: printable(state), style: STATE_STYLE[state] },
    { text: durationText(nowUtcMs - sinceUtcMs) },
    { text: `${restarts}`, style: restarts > 0 ? 'yellow' : undefined },
    { text: pid === null ? '-' : `${pid}` },
    { text: printable(detail) },
  ];
  const rows = children.flatMap((child, index) => {
    const isLast = index === children.length - 1;
    return rowsOf(child, nowUtcMs, `${below}${isLast ? '└─ ' : '├─ '}`, `${below}${isLast ? '   ' : '│  '}`);
  });
  return [own, ...rows];
}
