/**
 * What the channel's supervision tree needs of the world for its other two children; `src/output` and `src/frames`
 * implement it, `src/channel-host.ts` (or a test, inline) plugs it in.
 */

import type { Airing } from './airing.js';
import type { ChannelStats } from './channel-stats.js';
import type { FrameSlot } from './frame-slot.js';
import type { AiringSource, ConsumerSnapshot } from './snapshot.js';

/** The consumers' sockets. `Socket` is whatever the platform connects with. */
export interface OutputPort<Socket> {
  readonly consumers: number;
  /** The first `atMost` of them by time of connection. */
  list(atMost: number): readonly ConsumerSnapshot[];
  /** Frames that consumers lost because they were behind. */
  readonly framesDropped: number;
  /** Takes over a connected socket. */
  add(socket: Socket): void;
  /** Hands the tick's frame to every consumer. Never waits. */
  air(frame: FrameSlot): void;
  /** Ends every stream after the frame in flight, waits for them up to `withinMs`, then drops the rest. */
  close(withinMs: number): Promise<void>;
}

/** The frame clock. */
export interface PacerPort {
  /** The tick aired last; one before the first while none has. */
  readonly tick: number;
  readonly airing: AiringSource | null;
  /** Stops at once and gives back the frame it holds. */
  stop(): void;
}

export interface PacerOrder {
  /** The first tick to air. */
  readonly firstTick: number;
  readonly source: { next(tick: number): Airing; tend(tick: number, hostLateMs: number): void };
  readonly air: (frame: FrameSlot) => void;
  readonly stats: ChannelStats;
  readonly onSkipped: (ticks: number, lateMs: number) => void;
  /** A tick threw: the pacer has stopped, and says why. */
  readonly onFailure: (error: unknown) => void;
}

export interface ChannelPorts<Socket> {
  openOutput(): OutputPort<Socket>;
  startPacer(order: PacerOrder): PacerPort;
}
