/**
 * The page docs/channel-machine.md, made from the channel machine's definition. Only what the definition cannot say for
 * itself stands here in words; an event or a guard without words for it is refused.
 */
import type { AnyStateNode } from 'xstate';
import type { ChannelEvent } from '../../machines/channel-events.js';
import { channelMachine } from '../../machines/channel-machine.js';
import { DEFAULT_RESTART_LIMITS as LIMITS } from '../../machines/restart-policy.js';
import { CHANNEL_STATE_NUMBER, type ChannelState } from '../../supervisors/channel/snapshot.js';
import { type NamedTransition, nameOf, nodesOf, transitionsOf } from './machine-transitions.js';

/** From the repository's root. */
export const MACHINE_PAGE = 'docs/channel-machine.md';

const INTRODUCTION = `# The channel machine

This page is made from [\`machines/channel-machine.ts\`](../machines/channel-machine.ts) by \`npm run docs:machine\`; a test fails when
it no longer fits.

Every channel has one such machine. It alone decides whether and when a lost decoder is started again. It is pure: times and
random numbers come in its events, and what it wants done goes out to the source supervisor, which owns decoders, frames and
timers. Everyone else sees four words, which are also the metric \`retrovue_playout_channel_state\`:
${stateNumbers()}.

With the frame queue full, a decoder that dies is replaced before the queue runs dry: the channel goes from \`ready\` to
\`error.recovering\` and back, its health stays good, and the viewer sees nothing. Only where that does not succeed does filler air.
Of the states on air, \`error.slate\` alone means bad health.

A *restart* is another attempt at a segment whose decoder died, stalled or gave nothing, or at a plan that could not be used.
There are at most ${LIMITS.maxRestarts} in any ${seconds(LIMITS.windowMs)}; one loss more within them means slate, and so do more than ${LIMITS.maxConsecutive} restarts in a row
without the channel being stable in between (\`ready\` for ${seconds(LIMITS.stableMs)}). The first restart of a stable decoder is immediate; the
others wait ${LIMITS.backoffBaseMs} ms, twice as long each time, up to ${seconds(LIMITS.backoffMaxMs)}. On slate a probe goes on trying, every ${seconds(LIMITS.probeMs)} as far as
the window allows. All of these numbers are defaults.
`;

const EVENTS: Record<ChannelEvent['type'], string> = {
  'channel.start': 'StartChannel',
  'channel.stop': 'StopChannel',
  'channel.stopped': 'the last decoder is gone',
  'plan.adopted': 'another plan has taken over the schedule, or the one asked for could be read after all',
  'plan.unusable': 'the plan the channel was started with cannot be used',
  'segment.unusable': "a segment's asset cannot be used, and its slot has come",
  'asset.found': 'the asset for which slate airs is there by now',
  'segment.due': 'the schedule has moved on from what was lost',
  'schedule.empty': 'nothing is scheduled: the plan has not begun, or is over',
  'schedule.resumed': 'something is scheduled again',
  'threshold.reached':
    'enough is staged to air without interruption, or all until the content ends, or the schedule asks for a pad',
  'queue.dry': 'a tick was owed content and the queue was empty: filler begins to air',
  'decoder.lost': 'the decoder whose frames are needed next died, stalled, gave nothing or fell behind',
  'decoder.delivered': 'a restarted decoder has given its first frame',
  'retry.due': 'the time of the next attempt has come',
  'stable.reached': `the channel has been \`ready\` for ${seconds(LIMITS.stableMs)}`,
  'budget.reset': 'an operator has cleared the restart window',
};

const CONDITIONS: Readonly<Record<string, string>> = {
  mayRestart: `the window has room, and fewer than ${LIMITS.maxConsecutive} restarts were made in a row without the channel being stable`,
  retryIsDue:
    'an attempt is planned, and its time has come; it was planned for a time at which the window has room',
  mayRetryNow: 'an attempt is planned, and the window has room for it now',
  retryWaits: 'an attempt is planned; if not, one is under way',
  unnoticed: 'the channel was `ready` when its decoder was lost, and no filler has aired since',
};

/** The page's text. */
export function machinePage(): string {
  const transitions = transitionsOf(channelMachine);
  const states = nodesOf(channelMachine.root).slice(1);
  return `${[
    INTRODUCTION,
    '## States\n',
    table(['state', 'shown as', 'means', 'on entry', 'on exit'], states.map(stateRow)),
    '## Chart\n',
    'Branches of one event are tried in order; their conditions stand in brackets.\n',
    `\`\`\`mermaid\n${chart(transitions)}\n\`\`\`\n`,
    '## Transitions\n',
    'Those of `error` hold in both of its states, those of `any` in all, unless the state has its own for the event.\n',
    table(['in', 'event', 'if', 'leads to', 'does'], transitions.map(transitionRow)),
    '## Events\n',
    table(
      ['event', 'means'],
      Object.entries(EVENTS).map(([event, means]) => [code(event), means]),
    ),
    '## Conditions\n',
    table(['condition', 'holds when'], conditionRows(transitions)),
  ].join('\n')}`;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

function stateNumbers(): string {
  const states = Object.entries(CHANNEL_STATE_NUMBER) as [ChannelState, number][];
  return states.map(([state, number]) => `${number} \`${state}\``).join(', ');
}

function stateRow(node: AnyStateNode): string[] {
  const shown = node.parent?.tags[0] ?? node.tags[0] ?? '';
  const health = node.tags.includes('unhealthy') ? ', bad health' : '';
  return [
    code(nameOf(node)),
    `${code(shown)}${health}`,
    node.description ?? '',
    node.entry.map(actionName).join(', '),
    node.exit.map(actionName).join(', '),
  ];
}

function transitionRow({ condition, definition }: NamedTransition): string[] {
  const { source, target, reenter, actions, eventType } = definition;
  const to = target?.map((node) => code(nameOf(node))).join(', ') ?? 'stays';
  return [
    code(nameOf(source)),
    code(eventType),
    condition === 'else' ? condition : code(condition),
    reenter ? `${to}, entered anew` : to,
    actions.map(actionName).join(', '),
  ];
}

function conditionRows(transitions: readonly NamedTransition[]): string[][] {
  const used = new Set(transitions.map(({ condition }) => condition));
  return [...used]
    .filter((condition) => condition !== '' && condition !== 'else')
    .map((condition) => {
      const holds = CONDITIONS[condition];
      if (holds === undefined) throw new Error(`the condition ${condition} has no words in machine-page.ts`);
      return [code(condition), holds];
    });
}

/** The chart in mermaid's language. Its states have short names: the parts of `error` stand within it. */
function chart(transitions: readonly NamedTransition[]): string {
  const { root } = channelMachine;
  const edges = new Map<string, string[]>();
  for (const { condition, definition } of transitions) {
    const { source, target = [source], eventType } = definition;
    for (const node of target) {
      const edge = `${shortName(source)} --> ${shortName(node)}`;
      const label = condition === '' ? eventType : `${eventType} [${condition}]`;
      edges.set(edge, [...(edges.get(edge) ?? []), label]);
    }
  }
  const lines = ['stateDiagram-v2', '    state "any state" as any'];
  const initial = (node: AnyStateNode) => `[*] --> ${node.initial.target[0]?.key}`;
  for (const node of nodesOf(root)) {
    if (node.type !== 'compound' || node === root) continue;
    lines.push(`    state ${shortName(node)} {`, `        ${initial(node)}`);
    for (const child of Object.values(node.states)) lines.push(`        ${shortName(child)}`);
    lines.push('    }');
  }
  lines.push(`    ${initial(root)}`);
  for (const [edge, labels] of edges) lines.push(`    ${edge}: ${labels.join('<br/>')}`);
  return lines.join('\n');
}

const shortName = (node: AnyStateNode) => (node.parent === undefined ? nameOf(node) : node.key);

function actionName(action: unknown): string {
  if (typeof action === 'string') return action;
  throw new Error("an action has no name; put it into the machine's setup()");
}

const code = (text: string) => (text === '' ? '' : `\`${text}\``);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
