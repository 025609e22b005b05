/**
 * Makes a channel's programs, for whichever desk asks, and sees to what they let go of: frames that will not air are
 * counted by why, and decoders that are not wanted any more are on their way out.
 */
import type { MasterClock } from '../master-clock.js';
import type { ChannelSettings } from './channel-settings.js';
import type { ChannelStats } from './channel-stats.js';
import type { Departures } from './departures.js';
import { framesIn } from './format.js';
import type { FrameQueue } from './frame-store.js';
import { joinTick } from './join.js';
import type { Timeline } from './plan.js';
import type { PlanOrder } from './plan-order.js';
import { Program, type Schedule } from './program.js';
import type { Source } from './source.js';

export interface ProgramsOptions {
  readonly settings: ChannelSettings;
  readonly clock: MasterClock;
  readonly epochMs: number;
  readonly createQueue: () => FrameQueue;
  readonly stats: ChannelStats;
  readonly departures: Departures;
  /** The tick to air next. */
  readonly nextTick: () => number;
}

export class Programs {
  readonly #options: ProgramsOptions;

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  create(how: Schedule & { readonly joinFrame: number; readonly windowFrames: number }): Program {
    const { createQueue, settings, nextTick } = this.#options;
    return new Program({ ...how, queue: createQueue(), settings, nextTick: nextTick() });
  }

  /**
   * The program of a plan whose frame 0 lies on the tick that an order names, or else where the plan's own start says; a
   * plan that names none is provisional. One that has begun is joined as soon as a decoder can have a frame.
   */
  layOut(timeline: Timeline, order: Omit<PlanOrder, 'planHandle'>, windowFrames: number): Program {
    const { clock, epochMs, settings } = this.#options;
    const { format } = settings;
    const { skippedTo } = order;
    let { startTick } = order;
    if (startTick === undefined && timeline.startUtcMs !== undefined) {
      const epochUtcMs = clock.utcMs() - (clock.nowMs() - epochMs);
      startTick = framesIn(timeline.startUtcMs - epochUtcMs, format);
    }
    const joinFrame = startTick === undefined ? 0 : Math.max(0, joinTick(clock, epochMs, format) - startTick);
    return this.create({ timeline, joinFrame, skippedTo, startTick, windowFrames });
  }

  /** A program in preparation that lets its own time pass drops what belongs there. */
  moveTo(program: Program, airFrame: number): void {
    this.letGo(program.moveTo(airFrame), 'late');
  }

  /** Sees to what a program that goes on has let go of. */
  letGo(what: { readonly droppedFrames: number; readonly passed: readonly Source[] }, reason: string): void {
    const { departures, stats } = this.#options;
    stats.dropped(reason, what.droppedFrames);
    for (const source of what.passed)
      departures.add(source.close().then((pid) => (pid === undefined ? [] : [pid])));
  }

  /** Ends a program; nobody waits for it. */
  discard(program: Program, reason: string): void {
    const { departures, stats } = this.#options;
    departures.add(
      program.close().then(({ droppedFrames, stuckPids }) => {
        stats.dropped(reason, droppedFrames);
        return stuckPids;
      }),
    );
  }
}
