/**
 * Live pictures: of the channels whose frame is in view, about one a second each, and of none while the page is hidden.
 * A picture is drawn when it has come; where there is none, the frame says why.
 */
import { plain } from './words.js';

const INTERVAL_MS = 1000;
/** After an answer that will not change soon. */
const PATIENT_MS = 10_000;
/** A browser has six connections for one engine: the stream has one, and buttons want one, too. */
const AT_ONCE = 3;
const TIMEOUT_MS = 5000;

interface Frame {
  readonly channelId: number;
  readonly element: Element;
  dueMs: number;
  asking: AbortController | undefined;
  inView: boolean;
}

/** Undefined: there should be one. */
export type WhyNoPicture = (channelId: number) => string | undefined;

export class Pictures {
  readonly #frames = new Map<Element, Frame>();
  readonly #whyNone: WhyNoPicture;
  readonly #observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: '50px' });
  #timer: number | undefined;
  #asking = 0;

  constructor(whyNone: WhyNoPicture) {
    this.#whyNone = whyNone;
    document.addEventListener('visibilitychange', () => this.#run());
  }

  /** Fills the frame from now on. */
  add(element: Element): void {
    const channelId = Number((element as HTMLElement).dataset.channel);
    if (this.#frames.has(element)) return;
    this.#frames.set(element, { channelId, element, dueMs: 0, asking: undefined, inView: false });
    this.#observer.observe(element);
  }

  remove(element: Element): void {
    this.#observer.unobserve(element);
    this.#frames.get(element)?.asking?.abort();
    this.#frames.delete(element);
  }

  #seen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const frame = this.#frames.get(target);
      if (frame === undefined) continue;
      frame.inView = isIntersecting;
      if (!isIntersecting) frame.asking?.abort();
    }
    this.#run();
  }

  #run(): void {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    const now = performance.now();
    const wanted = [...this.#frames.values()]
      .filter(({ inView, asking }) => inView && asking === undefined)
      .sort((a, b) => a.dueMs - b.dueMs);
    for (const frame of wanted) {
      if (frame.dueMs > now || this.#asking >= AT_ONCE) break;
      void this.#ask(frame);
    }
    const [first] = wanted.filter(({ asking }) => asking === undefined);
    if (first === undefined || this.#asking >= AT_ONCE) return;
    this.#timer = setTimeout(() => this.#run(), Math.max(10, first.dueMs - now));
  }

  async #ask(frame: Frame): Promise<void> {
    const none = this.#whyNone(frame.channelId);
    if (none !== undefined) {
      frame.dueMs = performance.now() + INTERVAL_MS;
      return say(frame.element, none, false);
    }
    const asking = new AbortController();
    const beganMs = performance.now();
    frame.asking = asking;
    this.#asking++;
    let waitMs = INTERVAL_MS;
    try {
      const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const answer = await fetch(`/channels/${frame.channelId}/picture.jpg`, { signal, cache: 'no-store' });
      if (answer.ok) await draw(frame.element, await answer.blob());
      else {
        if (answer.status === 404) waitMs = PATIENT_MS;
        say(frame.element, await reason(answer), true);
      }
    } catch {
      if (!asking.signal.aborted) say(frame.element, 'No picture: the engine does not answer', true);
    }
    this.#asking--;
    frame.asking = undefined;
    // At once when it comes into view again.
    frame.dueMs = asking.signal.aborted ? 0 : beganMs + waitMs;
    this.#run();
  }
}

async function reason(answer: Response): Promise<string> {
  if (answer.status === 404) return 'No picture here';
  try {
    const { error } = (await answer.json()) as { readonly error?: string };
    return plain(`No picture: ${error ?? `status ${answer.status}`}`, 160);
  } catch {
    return `No picture: status ${answer.status}`;
  }
}

async function draw(element: Element, jpeg: Blob): Promise<void> {
  // Decoded off the page's own thread.
  const bitmap = await createImageBitmap(jpeg);
  const canvas = element.querySelector('canvas');
  if (canvas === null) return bitmap.close();
  if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
  if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
  canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
  canvas.hidden = false;
  say(element, '', true);
}

/** @param keep the last picture stays beneath the words */
function say(element: Element, words: string, keep: boolean): void {
  const canvas = element.querySelector('canvas');
  const text = element.querySelector('.no-picture');
  if (text !== null && text.textContent !== words) text.textContent = words;
  if (canvas !== null && !keep) canvas.hidden = true;
  element.classList.toggle('old', words !== '' && canvas !== null && !canvas.hidden);
}
