/**
 * Does what has to be drawn in the browser's own time: a piece at most once per frame however often it was asked for,
 * and no more pieces in one frame than fit, so that no task is long however many channels there are.
 */
const FRAME_BUDGET_MS = 8;

export class FrameWork {
  readonly #waiting = new Map<string, () => void>();
  #frame: number | undefined;

  /** The latest `draw` of this key counts. While the page is hidden it waits. */
  add(key: string, draw: () => void): void {
    this.#waiting.set(key, draw);
    this.#frame ??= requestAnimationFrame(() => this.#run());
  }

  #run(): void {
    const end = performance.now() + FRAME_BUDGET_MS;
    this.#frame = undefined;
    for (const [key, draw] of this.#waiting) {
      this.#waiting.delete(key);
      draw();
      if (performance.now() >= end) break;
    }
    if (this.#waiting.size > 0) this.#frame ??= requestAnimationFrame(() => this.#run());
  }
}
