/** The transitions of a machine as its definition states them, named for people; the measure of "all of them". */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

export interface NamedTransition {
  /** `ready decoder.lost [mayRestart]`; the root's begin with `any`. */
  readonly name: string;
  /** The name of the guard; `else` where other branches come first; empty where there is no condition. */
  readonly condition: string;
  readonly definition: AnyTransitionDefinition;
}

/** A state's name within its machine: `error.slate`; the root is `any`, because its transitions are everybody's. */
export function nameOf(node: AnyStateNode): string {
  return node.path.length === 0 ? 'any' : node.path.join('.');
}

/** All of them, in the order of the definition. */
export function transitionsOf(machine: AnyStateMachine): NamedTransition[] {
  return nodesOf(machine.root).flatMap((node) =>
    [...node.transitions.values()].flatMap((branches: AnyTransitionDefinition[]) =>
      branches.map((definition, i) => {
        const condition = definition.guard === undefined ? (i > 0 ? 'else' : '') : guardName(definition);
        const branch = condition === '' ? '' : ` [${condition}]`;
        return { name: `${nameOf(node)} ${definition.eventType}${branch}`, condition, definition };
      }),
    ),
  );
}

/** The machine's state nodes, each before its children; the root first. */
export function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

function guardName({ guard, eventType }: AnyTransitionDefinition): string {
  if (typeof guard === 'string') return guard;
  throw new Error(`a guard of ${eventType} has no name; put it into the machine's setup()`);
}
