/**
 * What the outside (gRPC, command line, HTTP) may ask of the engine's channels. Every call is idempotent, resolves
 * (never rejects) for whatever is the domain's, and says in words what went wrong: the field, the value, the remedy.
 */
import type { ChannelTimeline, ChannelView } from './channel-view.js';
import type { PictureOutcome } from './picture-calls.js';

export interface CommandOutcome {
  readonly success: boolean;
  /** Empty on success. */
  readonly errorMessage: string;
}

export interface StartOutcome extends CommandOutcome {
  /** The port bound for the channel; 0 where there is none. */
  readonly port: number;
}

export interface LiveOutcome extends CommandOutcome {
  /**
   * Where in the channel's stream the preview begins: when its first frame is due, in microseconds since the channel's
   * tick 0. 0 where nothing was switched.
   */
  readonly startUs: number;
}

export interface ChannelCommands {
  startChannel(request: {
    readonly channelId: number;
    readonly planHandle: string;
    readonly port: number;
  }): Promise<StartOutcome>;
  updatePlan(request: { readonly channelId: number; readonly planHandle: string }): Promise<CommandOutcome>;
  /** Success once the asset's first frames wait beside what is on air. */
  loadPreview(request: { readonly channelId: number; readonly assetPath: string }): Promise<CommandOutcome>;
  /** Success once the loaded asset is on air. */
  switchToLive(request: { readonly channelId: number }): Promise<LiveOutcome>;
  stopChannel(request: { readonly channelId: number }): Promise<CommandOutcome>;
}

export interface OperationRequest {
  readonly channelId: number;
}

export type Operation = (request: OperationRequest) => Promise<CommandOutcome>;

/** What an operator may ask besides: interventions that no schedule needs. The same promises hold. */
export interface ChannelOperations {
  /** Forgets the channel's restarts; a channel that has given up on its decoder tries again at once. */
  readonly resetBudget: Operation;
  /** From the next tick on slate airs in place of what is scheduled, which goes on beneath. */
  readonly takeSlate: Operation;
  /** Ends {@link ChannelOperations.takeSlate}; success also where there is nothing to end. */
  readonly returnToPlan: Operation;
  /** Ends the airing of the segment, or of the preview, that is on air. */
  readonly skipSegment: Operation;
  /** Has the decoder on air killed and started again: a restart that counts. */
  readonly restartDecoder: Operation;
  /**
   * Has the channel's host process replaced; success once the new one airs what is scheduled, or has told why nothing
   * can be aired.
   */
  readonly restartChannel: Operation;
}

/** What the outside may see. Reading never waits. */
export interface ChannelViews {
  /** Every channel known, by ascending id: live ones, failed ones and, for the retention time, stopped ones. */
  snapshots(): readonly ChannelView[];
  snapshot(channelId: number): ChannelView | undefined;
  /** What left the channel in the last hour, and what happened meanwhile. */
  timeline(channelId: number): ChannelTimeline | undefined;
}

/** What there is to look at; only hosts have it, so that it has to be waited for. */
export interface ChannelPictures {
  /**
   * What the channel's consumers get, small, as it was at most a second ago. Resolves within a second, to a reason
   * where there is no picture; never rejects.
   */
  picture(channelId: number): Promise<PictureOutcome>;
}
