/**
 * What a channel counts. Kept as plain numbers on the tick path and copied into the snapshot when one is made.
 */
import type { ChannelCounters, HistogramSnapshot } from './snapshot.js';

/** Upper bounds in seconds: from "on time" to "two seconds late". */
const LATENESS_BOUNDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.033, 0.1, 0.5, 2];
const LATENCY_BOUNDS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.5, 3, 5];

class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#sum += value;
    this.#count++;
    for (let i = this.#bounds.length - 1; i >= 0 && value <= (this.#bounds[i] as number); i--) {
      (this.#counts[i] as number)++;
    }
  }

  snapshot(): HistogramSnapshot {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum, count: this.#count };
  }
}

const MINUTE_SECONDS = 60;

/** The largest value of the last minute, in a bucket for each second. */
class WorstOfMinute {
  readonly #worst = new Array<number>(MINUTE_SECONDS).fill(0);
  #second = 0;

  note(nowMs: number, value: number): void {
    this.#moveTo(nowMs);
    const bucket = this.#second % MINUTE_SECONDS;
    if (value > (this.#worst[bucket] as number)) this.#worst[bucket] = value;
  }

  at(nowMs: number): number {
    this.#moveTo(nowMs);
    return Math.max(...this.#worst);
  }

  #moveTo(nowMs: number): void {
    const second = Math.max(0, Math.floor(nowMs / 1000));
    const passed = Math.min(second - this.#second, MINUTE_SECONDS);
    for (let i = 0; i < passed; i++) this.#worst[(second - i) % MINUTE_SECONDS] = 0;
    this.#second = Math.max(this.#second, second);
  }
}

export class ChannelStats {
  readonly framesAired = { content: 0, hold: 0, slate: 0 };
  readonly framesDropped: Record<string, number> = {};
  readonly decoderRestarts: Record<string, number> = {};
  framesDecoded = 0;
  ticksMissed = 0;
  bufferUnderruns = 0;
  decodeFailures = 0;
  planRejections = 0;
  /** Seconds from the last frame's sent time to its due time; negative means late. */
  frameGapSeconds = 0;
  readonly decodeLatency = new Histogram(LATENCY_BOUNDS);
  readonly tickLateness = new Histogram(LATENESS_BOUNDS);
  /** How late ticks were, in milliseconds. */
  readonly worstLateness = new WorstOfMinute();
  readonly planSwap = new Histogram(LATENCY_BOUNDS);

  dropped(reason: string, frames: number): void {
    if (frames > 0) this.framesDropped[reason] = (this.framesDropped[reason] ?? 0) + frames;
  }

  restarted(reason: string): void {
    this.decoderRestarts[reason] = (this.decoderRestarts[reason] ?? 0) + 1;
  }

  snapshot(consumerFramesDropped: number): ChannelCounters {
    return {
      framesAired: { ...this.framesAired },
      framesDecoded: this.framesDecoded,
      framesDropped: { ...this.framesDropped },
      ticksMissed: this.ticksMissed,
      bufferUnderruns: this.bufferUnderruns,
      decodeFailures: this.decodeFailures,
      decoderRestarts: { ...this.decoderRestarts },
      planRejections: this.planRejections,
      consumerFramesDropped,
      decodeLatencySeconds: this.decodeLatency.snapshot(),
      tickLatenessSeconds: this.tickLateness.snapshot(),
      planSwapSeconds: this.planSwap.snapshot(),
    };
  }
}
