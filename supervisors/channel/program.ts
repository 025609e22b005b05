/**
 * A program: one plan on its way to the air or on it. It keeps the plan's sources in order, opens the coming ones
 * ahead of their turn, and answers what the schedule owes at each of the plan's frames.
 *
 * While `startTick` is undefined the program is provisional: its frames wait, numbered by the plan, until it is
 * decided on which tick the plan starts.
 */
import type { ChannelSettings } from './channel-settings.js';
import { framesIn } from './format.js';
import type { FrameQueue } from './frame-store.js';
import type { Timeline } from './plan.js';
import { Source, type SourceOwner } from './source.js';

/** A segment's first frames that wait while the one before is still being decoded. */
const PREROLL_FRAMES = 2;
/** Decoders running ahead of the one whose frames are needed next. */
const SOURCES_AHEAD = 2;

/** A plan and the tick of its frame 0; undefined: it is to begin when there is room for it. */
export interface Schedule {
  readonly timeline: Timeline;
  readonly startTick: number | undefined;
  /** See {@link Program.skippedTo}. */
  readonly skippedTo?: number | undefined;
}

/** `none`: nothing is scheduled there. `pad`: the schedule itself asks for slate. */
export type Owed = 'content' | 'pad' | 'none';

export class Program {
  readonly timeline: Timeline;
  readonly queue: FrameQueue;
  readonly sources: Source[] = [];
  /** The first frame that is wanted; those before are not owed. */
  joinFrame: number;
  /** An operator wants none of the frames before this one. */
  skippedTo: number;
  /** The tick to which the plan's frame 0 belongs. */
  startTick: number | undefined;
  /** The plan's frame of the coming tick. */
  airFrame: number;
  /** How far ahead of the air frames may be staged. */
  windowFrames: number;

  readonly #settings: ChannelSettings;

  constructor(
    options: Schedule & {
      readonly queue: FrameQueue;
      readonly settings: ChannelSettings;
      readonly joinFrame: number;
      /** The coming tick: a plan that starts later is not to open its sources yet. */
      readonly nextTick: number;
      readonly windowFrames: number;
    },
  ) {
    this.timeline = options.timeline;
    this.queue = options.queue;
    this.skippedTo = options.skippedTo ?? 0;
    this.joinFrame = Math.max(options.joinFrame, this.skippedTo);
    this.startTick = options.startTick;
    this.airFrame = options.startTick === undefined ? this.joinFrame : options.nextTick - options.startTick;
    this.windowFrames = options.windowFrames;
    this.#settings = options.settings;
  }

  /** The source whose frames are needed next: the first that has not given all of its own. */
  get head(): Source | undefined {
    return this.sources.find((source) => !source.finished);
  }

  owes(planFrame: number): Owed {
    // Before its start an armed plan owes nothing at all; before the join of a running one, slate is due.
    if (planFrame < 0) return 'none';
    if (planFrame < this.joinFrame) return 'pad';
    const source = this.sourceAt(planFrame);
    if (source !== undefined) {
      return source.status === 'over' && planFrame >= source.contentEnd ? 'pad' : 'content';
    }
    return this.timeline.at(planFrame) === undefined ? 'none' : 'content';
  }

  /** How many frames are staged without a gap behind the one that aired last, counted up to `atMost`. */
  depth(atMost: number): number {
    const next = this.startTick === undefined ? this.joinFrame : this.airFrame + 1;
    return this.queue.run(Math.max(next, this.joinFrame), atMost);
  }

  /** The frames staged without a gap are enough, or all there are before content ends; a pad needs none. */
  isStaged(enough: number): boolean {
    const from = Math.max(this.airFrame, this.joinFrame);
    const run = this.queue.run(from, enough);
    if (run >= enough) return true;
    if (run === 0) return this.owes(from) === 'pad';
    // Content ends where the schedule says so, or where a later segment is known to be bad.
    const next = this.sourceAt(from + run);
    const bad = next !== undefined && next.occurrence.startFrame > from && next.loss !== undefined;
    return bad || this.owes(from + run) !== 'content';
  }

  sourceAt(planFrame: number): Source | undefined {
    return this.sources.find(
      ({ occurrence }) => occurrence.startFrame <= planFrame && planFrame < occurrence.endFrame,
    );
  }

  /** May this source stage its next frame now? */
  hasRoom(source: Source): boolean {
    const from = Math.max(this.airFrame, this.joinFrame);
    return source.nextFrame < from + this.windowFrames || source.deliveredFrames < PREROLL_FRAMES;
  }

  /** Nothing before `planFrame` is wanted any more; the schedule stays. Answers as {@link moveTo}. */
  skipTo(planFrame: number): { droppedFrames: number; passed: Source[] } {
    this.skippedTo = planFrame;
    this.joinFrame = Math.max(this.joinFrame, planFrame);
    return this.#letGoBefore(planFrame);
  }

  /** The coming tick shows `airFrame`: lets go of what lies before. Answers the sources whose turn is past. */
  moveTo(airFrame: number): { droppedFrames: number; passed: Source[] } {
    this.airFrame = airFrame;
    return this.#letGoBefore(airFrame);
  }

  #letGoBefore(planFrame: number): { droppedFrames: number; passed: Source[] } {
    const passed: Source[] = [];
    while ((this.sources[0]?.occurrence.endFrame ?? Number.POSITIVE_INFINITY) <= planFrame) {
      passed.push(this.sources.shift() as Source);
    }
    return { droppedFrames: this.queue.dropBefore(planFrame), passed };
  }

  /**
   * Opens the sources whose time has come.
   *
   * @param mayOpen asked before each; false postpones it
   */
  openSources(owner: SourceOwner, mayOpen: () => boolean): void {
    const leadFrames = this.#settings.queueFrames + framesIn(this.#settings.leadMs, this.#settings.format);
    for (;;) {
      const from = this.sources.at(-1)?.occurrence.endFrame ?? Math.max(this.airFrame, this.joinFrame);
      if (from - this.airFrame > leadFrames) return;
      if (this.sources.filter((source) => source.running).length > SOURCES_AHEAD) return;
      const occurrence = this.timeline.at(from);
      if (occurrence === undefined || !mayOpen()) return;
      const source = new Source(occurrence, from, owner);
      this.sources.push(source);
      source.start(from);
    }
  }

  resumeSources(): void {
    for (const source of this.sources) source.resume();
  }

  /** Ends everything. Resolves to the pids of decoders that would not die. */
  async close(): Promise<{ droppedFrames: number; stuckPids: number[] }> {
    const droppedFrames = this.queue.clear();
    const stuck = await Promise.all(this.sources.map((source) => source.close()));
    return { droppedFrames, stuckPids: stuck.flatMap((pid) => pid ?? []) };
  }
}
