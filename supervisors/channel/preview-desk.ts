/**
 * The preview desk: decodes an asset beside what is on air until its first frames wait, puts it on air on the next
 * tick when it is told to, and joins the plan's schedule again, where the clock stands, when the asset is over. The
 * plan's decoder is started ahead of that, so that its frames wait, too. An asset that turns out to be unusable
 * changes nothing on air.
 *
 * The plan desk owns it: what takes over the schedule (UpdatePlan, a plan whose time has come) ends a preview on air.
 */
import { deferred } from '../deferred.js';
import type { MasterClock } from '../master-clock.js';
import type { ChannelReport } from './channel-event.js';
import type { ChannelSettings } from './channel-settings.js';
import { COMMIT_FRAMES } from './join.js';
import { messageOf } from './message-of.js';
import type { PlanSource } from './plan.js';
import type { PlanChangeOutcome } from './plan-change.js';
import { Preview } from './preview.js';
import type { Program, Schedule } from './program.js';
import type { Programs } from './programs.js';
import type { Source } from './source.js';

/** What came of SwitchToLive. */
export interface SwitchOutcome extends PlanChangeOutcome {
  /** The tick of the preview's first frame; absent where nothing was switched. */
  readonly startTick?: number;
}

/** What the preview desk asks of the plan desk. */
export interface PreviewDeskOptions {
  readonly settings: ChannelSettings;
  readonly clock: MasterClock;
  readonly plans: PlanSource;
  readonly report: (report: ChannelReport) => void;
  readonly programs: Programs;
  readonly openSources: (program: Program) => void;
  /** The plan whose schedule runs; undefined while there is none. */
  readonly schedule: () => Schedule | undefined;
  /** Airs this program from the coming tick on, and discards what was on air. */
  readonly goLive: (program: Program) => void;
  /** The plan is on air again after a preview; `undefined`: there was none to go back to. */
  readonly resume: (program: Program | undefined) => void;
}

/** A preview that airs, and what comes after it. */
interface OnAir {
  readonly preview: Preview;
  readonly program: Program;
  /** The plan whose schedule goes on beneath. */
  readonly plan: Schedule | undefined;
  /** That plan, waiting at the frame at which it will be joined. */
  back: Program | undefined;
}

interface PendingSwitch {
  readonly outcome: Promise<SwitchOutcome>;
  readonly settle: (outcome: SwitchOutcome) => void;
}

export class PreviewDesk {
  readonly #options: PreviewDeskOptions;
  #preview: Preview | undefined;
  #switching: PendingSwitch | undefined;
  #onAir: OnAir | undefined;
  /** What became of the last preview that was dropped, for whoever wants to switch to it. */
  #lastFailure = '';

  constructor(options: PreviewDeskOptions) {
    this.#options = options;
  }

  /** The asset that is loaded, or being loaded, beside what is on air. */
  get preview(): Preview | undefined {
    return this.#preview;
  }

  /** The plan beneath a preview that is on air; undefined while none is. */
  get interrupted(): { readonly plan: Schedule | undefined } | undefined {
    return this.#onAir;
  }

  /** Its programs that are not on air. */
  get prepared(): Program[] {
    return [this.#preview?.program, this.#onAir?.back].filter((program) => program !== undefined);
  }

  /**
   * Frames that wait in its programs. What is on air stages so many fewer: a plan that is prepared meanwhile has its
   * slots all the same.
   */
  get waitingFrames(): number {
    return this.prepared.length * COMMIT_FRAMES;
  }

  /**
   * Loads an asset in place of the one that is loaded. Resolves once its first frames wait, or with the reason why
   * they never will. Asking for the one that is being loaded shares its outcome; asking for another supersedes it.
   */
  load(assetPath: string): Promise<PlanChangeOutcome> {
    const present = this.#preview;
    if (present !== undefined && present.assetPath === assetPath && !present.loaded) return present.outcome;
    // At once: whatever becomes of the new one, a later switch must not air what it was to replace.
    this.#drop(`superseded by LoadPreview(${JSON.stringify(assetPath).slice(0, 80)})`);
    const { clock, settings } = this.#options;
    const timeoutMs = settings.updateTimeoutMs;
    const preview = new Preview(assetPath, clock, timeoutMs, () =>
      this.#fail(preview, `asset_path ${shortened(assetPath)} gave no frames within ${timeoutMs} ms`),
    );
    this.#preview = preview;
    this.#lastFailure = '';
    void this.#prepare(preview);
    return preview.outcome;
  }

  /** Puts the loaded asset on air on the next tick; one that is still being loaded as soon as its frames wait. */
  async switchToLive(): Promise<SwitchOutcome> {
    const preview = this.#preview;
    if (preview === undefined) return { success: false, errorMessage: this.#nothingLoaded() };
    const { success, errorMessage } = await preview.outcome;
    if (!success) return { success, errorMessage };
    // It may have aired or gone while this call waited for it.
    if (this.#preview !== preview) return { success: false, errorMessage: this.#nothingLoaded() };
    this.#switching ??= pendingSwitch();
    return this.#switching.outcome;
  }

  /** What is due at this tick takes over. */
  commit(tick: number): void {
    const preview = this.#preview;
    const program = preview?.program;
    if (preview !== undefined && program !== undefined) {
      if (!preview.loaded) this.#lookAt(preview, program);
      else if (this.#switching !== undefined) this.#goLive(preview, program, tick);
    }
    if (this.#onAir !== undefined) this.#follow(this.#onAir, tick);
  }

  /** A source of a program that is not on air was lost. What the plan lacks is tried again when its turn comes. */
  preparedLost(source: Source): void {
    const preview = this.#preview;
    if (preview === undefined || source.loss === undefined || source !== preview.program?.head) return;
    const { kind, reason } = source.loss;
    const what = kind === 'unusable' ? reason : `its decoder ${reason}`;
    this.#fail(preview, `asset_path ${shortened(preview.assetPath)}: ${what}`);
  }

  /** Another plan takes over the schedule: a preview on air ends with what it interrupted. */
  overruled(): void {
    const { back } = this.#onAir ?? {};
    this.#onAir = undefined;
    if (back !== undefined) this.#options.programs.discard(back, 'preview');
  }

  close(): void {
    this.#drop('the channel was stopped');
    this.overruled();
  }

  async #prepare(preview: Preview): Promise<void> {
    const { plans, settings, programs, openSources } = this.#options;
    try {
      const timeline = await plans.preview(preview.assetPath, settings.format, preview.signal);
      if (this.#preview !== preview) return;
      const windowFrames = COMMIT_FRAMES;
      preview.program = programs.create({ timeline, startTick: undefined, joinFrame: 0, windowFrames });
      openSources(preview.program);
    } catch (error) {
      this.#fail(preview, messageOf(error));
    }
  }

  #lookAt(preview: Preview, program: Program): void {
    if (!program.isStaged(COMMIT_FRAMES)) return;
    if (program.queue.run(0, 1) === 0) {
      this.#fail(preview, `asset_path ${shortened(preview.assetPath)}: its decoder gave no frame`);
      return;
    }
    preview.succeed();
    this.#options.report({ event: 'preview_loaded', asset: preview.shownPath });
  }

  #goLive(preview: Preview, program: Program, tick: number): void {
    const { schedule, goLive, report } = this.#options;
    // A preview may follow another one: the plan beneath stays.
    const { timeline, startTick, skippedTo } = schedule() ?? {};
    this.overruled();
    program.startTick = tick;
    this.#preview = undefined;
    const plan = timeline === undefined ? undefined : { timeline, startTick, skippedTo };
    this.#onAir = { preview, program, plan, back: undefined };
    goLive(program);
    report({ event: 'preview_on_air', asset: preview.shownPath, startTick: tick });
    this.#switching?.settle({ success: true, errorMessage: '', startTick: tick });
    this.#switching = undefined;
  }

  /** Has the plan wait where it will be joined, and joins it when the time has come. */
  #follow(onAir: OnAir, tick: number): void {
    const { settings, programs, resume, report } = this.#options;
    const endTick = Math.max(endTickOf(onAir.program), tick);
    const { plan } = onAir;
    if (plan !== undefined) {
      const startTick = plan.startTick ?? endTick;
      const joinFrame = Math.max(0, endTick - startTick, plan.skippedTo ?? 0);
      // The asset may be over earlier than its container told: then what waits begins too late.
      if (onAir.back !== undefined && onAir.back.joinFrame > joinFrame) {
        programs.discard(onAir.back, 'preview');
        onAir.back = undefined;
      }
      onAir.back ??= programs.create({
        timeline: plan.timeline,
        startTick,
        skippedTo: plan.skippedTo,
        joinFrame,
        windowFrames: COMMIT_FRAMES,
      });
      // As the asset runs out, the slots of its queue become those of the plan's.
      onAir.back.windowFrames = Math.max(COMMIT_FRAMES, settings.queueFrames - (endTick - tick));
      onAir.back.startTick = startTick;
      programs.moveTo(onAir.back, tick - startTick);
    }
    if (tick < endTick) return;
    this.#onAir = undefined;
    report({ event: 'preview_over', asset: onAir.preview.shownPath });
    resume(onAir.back);
  }

  #fail(preview: Preview, reason: string): void {
    if (this.#preview !== preview) return;
    this.#lastFailure = reason;
    this.#options.report({ event: 'preview_failed', asset: preview.shownPath, reason });
    this.#drop(reason);
  }

  #drop(reason: string): void {
    const preview = this.#preview;
    this.#preview = undefined;
    this.#switching?.settle({ success: false, errorMessage: reason });
    this.#switching = undefined;
    preview?.fail(reason);
    if (preview?.program !== undefined) this.#options.programs.discard(preview.program, 'preview');
  }

  #nothingLoaded(): string {
    if (this.#lastFailure !== '') return `no preview is loaded: ${this.#lastFailure}`;
    const airs = this.#onAir === undefined ? '' : `; ${shortened(this.#onAir.preview.assetPath)} is on air`;
    return `no preview is loaded${airs}; call LoadPreview first`;
  }
}

/** The tick after the last one of a preview on air. */
function endTickOf({ startTick = 0, sources, timeline }: Program): number {
  const source = sources[0];
  return startTick + (source?.status === 'over' ? source.contentEnd : timeline.turnFrames);
}

function pendingSwitch(): PendingSwitch {
  const { promise: outcome, resolve: settle } = deferred<SwitchOutcome>();
  return { outcome, settle };
}

function shortened(assetPath: string): string {
  const quoted = JSON.stringify(assetPath);
  return quoted.length > 80 ? `${quoted.slice(0, 79)}…"` : quoted;
}
