/**
 * Requests for the picture of one channel: its host is asked at most once at a time, its answer is shared by all who
 * wait, and given again to those who ask within the next second. So however many pages are open, a channel makes about
 * one picture a second, and none when nobody looks.
 */
import type { AiredPicture } from '../channel/aired-picture.js';
import { type Deferred, deferred } from '../deferred.js';
import type { MasterClock, Timer } from '../master-clock.js';
import { waitFor } from '../otp/wait.js';
import type { ToHost } from './host-protocol.js';

export type PictureOutcome =
  | { readonly kind: 'picture'; readonly picture: AiredPicture }
  /** `unknown`: there is no such channel. `off_air`: it airs nothing, and should not. */
  | { readonly kind: 'unknown' | 'off_air' }
  /** It should have one. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** How long a picture is given again. */
const KEPT_MS = 1_000;
/** A host answers after its next tick; one that has not by now hangs, or has not begun. */
const PATIENCE_MS = 1_000;

export class PictureCalls {
  readonly #clock: MasterClock;
  #pending: Deferred<PictureOutcome> | undefined;
  #kept: PictureOutcome | undefined;
  #expiry: Timer | undefined;

  constructor(clock: MasterClock) {
    this.#clock = clock;
  }

  /** @param send to the host that is asked if nobody else has yet */
  async ask(send: (message: ToHost) => void): Promise<PictureOutcome> {
    if (this.#kept !== undefined) return this.#kept;
    if (this.#pending === undefined) {
      this.#pending = deferred();
      send({ type: 'picture' });
    }
    const { promise: outcome } = this.#pending;
    if (await waitFor(outcome, PATIENCE_MS, this.#clock)) return outcome;
    return { kind: 'unavailable', reason: `its host gave no picture within ${PATIENCE_MS / 1000} s` };
  }

  /** One that nobody waits for is no picture of now. */
  answered(picture: AiredPicture): void {
    if (this.#pending === undefined) return;
    const outcome = { kind: 'picture', picture } as const;
    this.#settle(outcome);
    this.#kept = outcome;
    this.#expiry = this.#clock.at(this.#clock.nowMs() + KEPT_MS, () => this.#forget());
  }

  /** Nobody will answer any more, and what was shown is the past. */
  endAll(reason: string): void {
    this.#forget();
    this.#settle({ kind: 'unavailable', reason });
  }

  #settle(outcome: PictureOutcome): void {
    this.#pending?.resolve(outcome);
    this.#pending = undefined;
  }

  #forget(): void {
    this.#expiry?.cancel();
    this.#expiry = undefined;
    this.#kept = undefined;
  }
}
