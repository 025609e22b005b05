/**
 * Decides what a tick airs: content, or what the filler ladder and the schedule put in its place. Tells the channel
 * machine what it needs to know about it. Never waits, never decodes.
 */
import type { ChannelReport } from './channel-event.js';
import type { ChannelSettings } from './channel-settings.js';
import type { ChannelStats } from './channel-stats.js';
import type { Filler } from './filler.js';
import type { FrameSlot } from './frame-slot.js';
import type { MachineRunner } from './machine-runner.js';
import type { Program } from './program.js';
import type { AiringSource } from './snapshot.js';

/** What a tick airs. A `content` slot passes to the caller. */
export type Airing =
  | { readonly source: 'content'; readonly slot: FrameSlot }
  | { readonly source: Exclude<AiringSource, 'content'> };

export interface AiringOptions {
  readonly settings: ChannelSettings;
  readonly machine: MachineRunner;
  readonly filler: Filler;
  readonly stats: ChannelStats;
  readonly report: (report: ChannelReport) => void;
}

/** While there is no plan to air from: slate, which is a fault only if the plan is at fault. */
export function airNoPlan({ machine, filler }: AiringOptions, dueMs: number): Airing {
  if (machine.state === 'error') return { source: filler.next(dueMs, true) };
  filler.padAired();
  return { source: 'pad' };
}

/** The program's frame for a tick, or what takes its place. The program has been moved to that tick. */
export function airProgram(options: AiringOptions, program: Program, tick: number, dueMs: number): Airing {
  const { settings, machine, filler, stats } = options;
  const { airFrame } = program;
  const owed = program.owes(airFrame);
  const unscheduled = machine.snapshot.context.condition === 'NoScheduledContent';
  if (owed === 'none') {
    if (!unscheduled) machine.send({ type: 'schedule.empty' });
    filler.padAired();
    return { source: 'pad' };
  }
  if (unscheduled) machine.send({ type: 'schedule.resumed' });
  if (machine.state === 'buffering' && filler.mayReturn(dueMs)) {
    const wanted = airFrame >= program.joinFrame || airFrame < program.skippedTo;
    const enough = owed === 'pad' ? wanted : program.isStaged(settings.readyFrames);
    if (enough) machine.send({ type: 'threshold.reached' });
  }
  if (owed === 'pad') {
    filler.padAired();
    return { source: 'pad' };
  }
  const slot = program.queue.take(airFrame);
  if (slot === undefined) return { source: airFiller(options, program, tick, dueMs) };
  // Once filler has aired, single frames do not: content returns when enough of it is staged.
  if (machine.snapshot.context.fillerAired) {
    slot.release();
    stats.dropped('filler', 1);
    return { source: filler.next(dueMs, machine.snapshot.hasTag('unhealthy')) };
  }
  filler.contentAired(dueMs);
  return { source: 'content', slot };
}

function airFiller(options: AiringOptions, program: Program, tick: number, dueMs: number): 'hold' | 'slate' {
  const { machine, filler, stats, report } = options;
  const { head } = program;
  if (head?.status === 'unusable' && !head.reported) {
    head.reported = true;
    machine.send({ type: 'segment.unusable', reason: head.lossText });
  }
  if (!machine.snapshot.context.fillerAired) {
    stats.bufferUnderruns++;
    const segment = head?.occurrence.segment.index;
    report({ event: 'underrun', tick, ...(segment !== undefined && { segment }) });
    machine.send({ type: 'queue.dry' });
  }
  return filler.next(dueMs, machine.snapshot.hasTag('unhealthy'));
}
