/**
 * The filler ladder: what airs at a tick that is owed content and has none. First the last content frame is held,
 * then slate airs; once slate is up it stays for a least time, so that the picture does not flicker.
 */
import type { ChannelSettings } from './channel-settings.js';

/** Due times are fractions; a tick that lies on the limit must not fall either way by chance. */
const ROUNDING_MS = 0.5;

export interface Filler {
  /** A content frame airs at this tick. */
  contentAired(dueMs: number): void;
  /** The schedule asks for slate at this tick: nothing to hold afterwards. */
  padAired(): void;
  /**
   * Answers what to air at a tick that has no content.
   *
   * @param hopeless nothing is expected to come soon: go to slate without holding
   */
  next(dueMs: number, hopeless: boolean): 'hold' | 'slate';
  /** False while slate has to stay up a little longer. */
  mayReturn(dueMs: number): boolean;
  /** A new segment or plan takes over: content may return on its first tick. */
  reset(): void;
}

export function createFiller(settings: Pick<ChannelSettings, 'holdMs' | 'slateMinMs'>): Filler {
  let lastContentMs: number | undefined;
  let slateSinceMs: number | undefined;
  return {
    contentAired(dueMs) {
      lastContentMs = dueMs;
      slateSinceMs = undefined;
    },
    padAired() {
      lastContentMs = undefined;
      slateSinceMs = undefined;
    },
    next(dueMs, hopeless) {
      const held = lastContentMs !== undefined && dueMs - lastContentMs <= settings.holdMs + ROUNDING_MS;
      if (held && !hopeless && slateSinceMs === undefined) return 'hold';
      slateSinceMs ??= dueMs;
      // What was on the screen before slate is not held after it.
      lastContentMs = undefined;
      return 'slate';
    },
    mayReturn: (dueMs) =>
      slateSinceMs === undefined || dueMs - slateSinceMs >= settings.slateMinMs - ROUNDING_MS,
    reset() {
      slateSinceMs = undefined;
    },
  };
}
