/**
 * A source: one airing of one segment, and the decoders, one after the other, that supply its frames. It knows
 * where in the plan each frame belongs, notices a decoder that died, stalled or fell behind, and says so. It
 * never starts a second decoder by itself: whether there is another attempt is the channel machine's decision.
 */
import type { MasterClock } from '../master-clock.js';
import { lookForAsset } from './asset-look.js';
import type { ChannelSettings } from './channel-settings.js';
import type { Decoder, DecoderExit, StartDecoder } from './decoder.js';
import { tickMs } from './format.js';
import type { FrameSlot } from './frame-slot.js';
import { createLagWatch, type LagWatch } from './lag-watch.js';
import { messageOf } from './message-of.js';
import type { Occurrence, PlanSource, ReadyAsset } from './plan.js';

/**
 * - `opening`: the asset is being resolved and probed
 * - `decoding`: a decoder runs
 * - `complete`: every frame of the segment is decoded
 * - `over`: the asset ended before the segment does; the rest is pad
 * - `lost`: the decoder is gone and frames are missing
 * - `unusable`: the asset cannot be decoded at all
 * - `closed`: nobody wants it any more
 */
export type SourceStatus = 'opening' | 'decoding' | 'complete' | 'over' | 'lost' | 'unusable' | 'closed';

export type LossKind =
  | 'crashed'
  | 'ended_early'
  | 'stalled'
  | 'no_frames'
  | 'too_slow'
  | 'unusable'
  | 'operator';

export interface SourceLoss {
  readonly kind: LossKind;
  readonly reason: string;
}

/** What a source needs from the one who owns it. */
export interface SourceOwner {
  readonly settings: ChannelSettings;
  readonly clock: MasterClock;
  readonly plans: PlanSource;
  readonly startDecoder: StartDecoder;
  nextIncarnation(): number;
  /** A slot for the source's next frame, if there is room for it now. */
  lease(source: Source): FrameSlot | undefined;
  staged(source: Source, planFrame: number, slot: FrameSlot): void;
  /** Its first frame after (re)starting came `latencyMs` after the order; called before `staged`. */
  delivered(source: Source, latencyMs: number): void;
  /** The status has changed to one of complete, over, lost, unusable. */
  settled(source: Source, exit: DecoderExit | undefined): void;
  /** A decoder that was ended has gone, too. */
  gone(incarnation: number, exit: DecoderExit): void;
  /** An asset that could not be decoded can be now, as far as can be told without a decoder. */
  usableAgain(source: Source): void;
  /** A decoder of which nothing is wanted any more is being stopped; resolves as `Decoder.stop` does. */
  dismiss(stopping: Promise<number | undefined>): void;
}

/** An asset counts as over when its decoder ends within this of the duration that its probe told. */
const END_TOLERANCE_MS = 500;

export class Source {
  readonly occurrence: Occurrence;
  status: SourceStatus = 'opening';
  loss: SourceLoss | undefined;
  /** The plan frame that the next decoded frame will show. */
  nextFrame: number;
  /** Where this source's content ends; before the occurrence's end if the asset is over early. */
  contentEnd: number;
  decoder: Decoder | undefined;
  incarnation = 0;
  /** Attempts so far, the first one included. */
  attempts = 0;
  orderedFrames = 0;
  deliveredFrames = 0;
  orderedAtMs = 0;
  /** Of the present decoder; undefined before its first frame. */
  firstFrameAtMs: number | undefined;
  lastFrameAtMs: number | undefined;
  /** How long it was not to deliver since its first frame, because there was no room. */
  waitedMs = 0;
  /** The pid of this attempt's decoder once it has ended; undefined where there was none. */
  lastPid: number | undefined;
  /** The owner has told the machine of the present loss. */
  reported = false;

  readonly #owner: SourceOwner;
  #lastProgressMs = 0;
  /** Since when there is no room; undefined while there is. */
  #waitingSinceMs: number | undefined;
  /** The plan frame after the last one that any of its decoders has delivered. */
  #deliveredEnd: number;
  #look: () => void = () => {};
  #lag: LagWatch;
  #abort = new AbortController();

  constructor(occurrence: Occurrence, fromFrame: number, owner: SourceOwner) {
    this.occurrence = occurrence;
    this.nextFrame = fromFrame;
    this.contentEnd = occurrence.endFrame;
    this.#deliveredEnd = fromFrame;
    this.#owner = owner;
    this.#lag = createLagWatch(owner.settings.maxLagMs);
  }

  /** All the frames it will ever give are given, for good reason. */
  get finished(): boolean {
    return this.status === 'complete' || this.status === 'over';
  }

  get running(): boolean {
    return this.status === 'opening' || this.status === 'decoding';
  }

  /** The loss in words that name segment and asset; empty where there is none. */
  get lossText(): string {
    if (this.loss === undefined) return '';
    // What refused an asset has named it already.
    if (this.loss.kind === 'unusable') return this.loss.reason;
    const { index, assetUri } = this.occurrence.segment;
    return `segments[${index}] (${JSON.stringify(assetUri)}): its decoder ${this.loss.reason}`;
  }

  /** Starts a decoder for the frames from `fromFrame` on. Must not be running. */
  start(fromFrame: number): void {
    this.nextFrame = fromFrame;
    this.contentEnd = this.occurrence.endFrame;
    this.status = 'opening';
    this.loss = undefined;
    this.reported = false;
    this.attempts++;
    this.incarnation = this.#owner.nextIncarnation();
    this.orderedFrames = this.occurrence.endFrame - fromFrame;
    this.deliveredFrames = 0;
    this.orderedAtMs = this.#owner.clock.nowMs();
    this.firstFrameAtMs = undefined;
    this.lastFrameAtMs = undefined;
    this.waitedMs = 0;
    this.#waitingSinceMs = undefined;
    this.lastPid = undefined;
    this.#lastProgressMs = this.orderedAtMs;
    this.#lag = createLagWatch(this.#owner.settings.maxLagMs);
    // A look for the asset that is under way has no more to tell.
    this.#abort.abort();
    this.#abort = new AbortController();
    const { incarnation } = this;
    this.#owner.plans.asset(this.occurrence.segment, this.#abort.signal).then(
      (asset) => {
        if (this.incarnation === incarnation && this.status === 'opening') this.#decode(asset);
      },
      (error: unknown) => {
        if (this.incarnation === incarnation && this.status === 'opening') this.#refuse(error);
      },
    );
  }

  /** Starts as if for the first time: its asset could not be had, so no decoder has ever run. */
  startAfresh(): void {
    this.attempts = 0;
    this.start(this.nextFrame);
  }

  /** There may be room for frames again. */
  resume(): void {
    if (!this.decoder?.waitingForRoom) return;
    this.decoder.resume();
    this.#lastProgressMs = this.#owner.clock.nowMs();
  }

  /**
   * Looks for a stall or a lag. Called once per tick.
   *
   * @param airFrame the plan frame of the coming tick; undefined while the plan is not on air
   * @param hostLateMs how late this process itself is: time that is not the decoder's fault
   */
  check(airFrame: number | undefined, hostLateMs: number): void {
    if (!this.running) return;
    const { settings, clock } = this.#owner;
    if (this.decoder?.waitingForRoom) this.#lastProgressMs = clock.nowMs();
    else this.#lastProgressMs += hostLateMs;
    const silentMs = clock.nowMs() - this.#lastProgressMs;
    const first = this.deliveredFrames === 0;
    if (this.deliveredFrames === this.orderedFrames) {
      // It owes nothing any more; all that is missing is its end.
      if (silentMs > settings.stallMs) this.#complete();
    } else if (silentMs > (first ? settings.firstFrameMs : settings.stallMs)) {
      const what = first ? 'gave no frame' : `gave no frame after its ${this.deliveredFrames}th`;
      this.#lose({ kind: first ? 'no_frames' : 'stalled', reason: `${what} for ${Math.round(silentMs)} ms` });
    } else if (airFrame !== undefined && !first) {
      const lagMs = (airFrame - this.nextFrame) * tickMs(settings.format);
      if (this.#lag.isTooSlow(lagMs, clock.nowMs())) {
        const reason = `is ${Math.round(lagMs)} ms behind the schedule and not catching up`;
        this.#lose({ kind: 'too_slow', reason });
      }
    }
  }

  /** Has its decoder killed, as a loss like any other. Only while one runs. */
  giveUp(loss: SourceLoss): void {
    if (this.status === 'decoding') this.#lose(loss);
  }

  /** Called once per tick: an asset that cannot be used may become usable. */
  lookAgain(): void {
    if (this.status === 'unusable') this.#look();
  }

  /** Ends it for good. Resolves to the pid of a decoder that would not die, else to undefined. */
  async close(): Promise<number | undefined> {
    this.status = 'closed';
    this.#abort.abort();
    return this.decoder?.stop('ask');
  }

  #lease(): FrameSlot | undefined {
    const slot = this.#owner.lease(this);
    const nowMs = this.#owner.clock.nowMs();
    if (slot === undefined) this.#waitingSinceMs ??= nowMs;
    else {
      this.waitedMs += nowMs - (this.#waitingSinceMs ?? nowMs);
      this.#waitingSinceMs = undefined;
    }
    return slot;
  }

  #decode(asset: ReadyAsset): void {
    const { settings, startDecoder, clock } = this.#owner;
    const { segment, startFrame } = this.occurrence;
    const frameMs = tickMs(settings.format);
    const positionMs = segment.offsetMs + (this.nextFrame - startFrame) * frameMs;
    const { durationMs } = asset;
    if (durationMs !== undefined && positionMs > durationMs - frameMs / 2) {
      this.#end();
      return;
    }
    this.status = 'decoding';
    const { incarnation } = this;
    const current = () => this.incarnation === incarnation && this.status === 'decoding';
    this.decoder = startDecoder(
      { incarnation, asset, positionMs, frames: this.orderedFrames, format: settings.format },
      {
        lease: () => (current() ? this.#lease() : undefined),
        staged: (slot) => {
          if (!current()) return slot.release();
          this.#lastProgressMs = clock.nowMs();
          this.lastFrameAtMs = this.#lastProgressMs;
          this.firstFrameAtMs ??= this.#lastProgressMs;
          if (this.deliveredFrames++ === 0) {
            this.#owner.delivered(this, this.#lastProgressMs - this.orderedAtMs);
          }
          this.#deliveredEnd = this.nextFrame + 1;
          this.#owner.staged(this, this.nextFrame++, slot);
        },
        exited: (exit) => {
          if (this.incarnation === incarnation) {
            this.lastPid = this.decoder?.pid;
            this.decoder = undefined;
          }
          if (current()) this.#ended(exit, asset, positionMs);
          else this.#owner.gone(incarnation, exit);
        },
      },
    );
  }

  #ended(exit: DecoderExit, asset: ReadyAsset, positionMs: number): void {
    if (exit.kind === 'completed') {
      this.#complete();
      return;
    }
    const endMs = positionMs + exit.frames * tickMs(this.#owner.settings.format);
    const toldMs = asset.durationMs;
    const whereItShould = toldMs !== undefined && Math.abs(toldMs - endMs) <= END_TOLERANCE_MS;
    // A second attempt that finds nothing either: there is nothing more, whatever the container says.
    const nothingLeft = this.attempts > 1 && exit.frames === 0;
    if (exit.kind === 'ended' && (whereItShould || nothingLeft)) {
      this.#end();
      return;
    }
    const stderr = exit.stderrTail.split('\n').at(-1) ?? '';
    this.#lose(
      {
        kind: exit.kind === 'ended' ? 'ended_early' : exit.frames === 0 ? 'no_frames' : 'crashed',
        reason: stderr === '' ? exit.reason : `${exit.reason}: ${stderr}`,
      },
      exit,
    );
  }

  #complete(): void {
    this.status = 'complete';
    this.#letGo();
    this.#owner.settled(this, undefined);
  }

  #end(): void {
    this.status = 'over';
    // Not `nextFrame`: a restart is aimed ahead of the air, and one that finds nothing owes nothing up to there.
    this.contentEnd = this.#deliveredEnd;
    this.#owner.settled(this, undefined);
  }

  #refuse(error: unknown): void {
    this.status = 'unusable';
    const { incarnation } = this;
    const { clock, plans } = this.#owner;
    this.#look = lookForAsset({
      clock,
      plans,
      segment: this.occurrence.segment,
      signal: this.#abort.signal,
      onFound: () => {
        if (this.incarnation === incarnation && this.status === 'unusable') this.#owner.usableAgain(this);
      },
    });
    this.loss = { kind: 'unusable', reason: messageOf(error) };
    this.#owner.settled(this, undefined);
  }

  #lose(loss: SourceLoss, exit?: DecoderExit): void {
    this.status = 'lost';
    this.loss = loss;
    this.#abort.abort();
    this.#letGo();
    this.#owner.settled(this, exit);
  }

  /** A decoder that has not gone by itself is not asked twice. */
  #letGo(): void {
    const { decoder } = this;
    if (decoder !== undefined) this.lastPid = decoder.pid;
    this.decoder = undefined;
    if (decoder !== undefined) this.#owner.dismiss(decoder.stop('kill'));
  }
}
