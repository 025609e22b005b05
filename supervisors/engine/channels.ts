/**
 * The channels of an engine: finds or makes the keeper of a channel id, bounds how many there may be, and forgets
 * those that have been off the air for long. Channels have nothing in common but the spare host and this list.
 */
import type { ChannelSnapshot } from '../channel/snapshot.js';
import { deferred } from '../deferred.js';
import type { Timer } from '../master-clock.js';
import type { Child, ChildExit } from '../otp/child.js';
import { createDynamicSupervisor } from '../otp/dynamic-supervisor.js';
import type { ChildInfo } from '../otp/which-children.js';
import { notOnAir } from './answers.js';
import type {
  ChannelCommands,
  ChannelOperations,
  ChannelPictures,
  ChannelViews,
} from './channel-commands.js';
import { ChannelKeeper, type ChannelKeeperOptions } from './channel-keeper.js';
import type { ChannelView } from './channel-view.js';
import type { ChannelParts } from './host-link.js';
import type { PlanCall } from './host-protocol.js';

export interface ChannelsOptions<Socket>
  extends Omit<ChannelKeeperOptions<Socket>, 'channelId' | 'supervisor' | 'onSnapshot'> {
  /** How long a channel that is off the air stays visible. */
  readonly retentionMs: number;
  /** Told of every change of a channel's health; undefined once the channel is forgotten. */
  readonly onHealth: (channelId: number, healthy: boolean | undefined) => void;
}

export interface Channels extends ChannelCommands, ChannelOperations, ChannelViews, ChannelPictures {
  /** A start was refused before it came here; a channel that is not live is shown as `error` for it. */
  refuseStart(channelId: number, errorMessage: string): void;
  /** The channels that have a place in the tree, with all that is below them. Reading never waits. */
  branches(): readonly ChannelBranch[];
  /** Takes every channel off the air and refuses new ones from now on. Safe to call twice. */
  stopAll(): Promise<void>;
  /** Ends, when it is stopped, after {@link Channels.stopAll}. */
  readonly child: Child;
}

/** A channel in the tree. */
export interface ChannelBranch {
  readonly child: ChildInfo;
  /** Undefined while it is set up or taken down. */
  readonly parts: ChannelParts | undefined;
  readonly view: ChannelView | undefined;
}

/** So many channel ids at least are remembered: those on air, and for a while those that were refused or stopped. */
const LEAST_KNOWN = 256;

function tooManyIds(known: number): string {
  return `${known} channel ids were on air, stopped or refused lately, more than are remembered; use those, or wait until some are forgotten (channels.stopped_retention_ms)`;
}

export function createChannels<Socket>(options: ChannelsOptions<Socket>): Channels {
  const { clock, maxChannels, retentionMs } = options;
  const keepers = new Map<number, ChannelKeeper<Socket>>();
  const forgetting = new Map<number, Timer>();
  let stopping = false;
  const supervisor = createDynamicSupervisor({
    name: 'channels',
    clock,
    maxChildren: maxChannels,
    onReport: (report) => options.onSupervision(report),
  });

  const whenIdle = (channelId: number, delayMs: number, run: (keeper: ChannelKeeper<Socket>) => void) => {
    forgetting.get(channelId)?.cancel();
    const due = () => {
      forgetting.delete(channelId);
      const keeper = keepers.get(channelId);
      // One that is in use again comes back here when it is not.
      if (keeper?.idle) run(keeper);
    };
    forgetting.set(channelId, clock.at(clock.nowMs() + delayMs, due));
  };

  const forgetLater = (channelId: number) => {
    if (stopping) return;
    whenIdle(channelId, retentionMs, (keeper) => {
      keeper.board.hide();
      options.onHealth(channelId, undefined);
      options.onShown(channelId);
      whenIdle(channelId, Math.max(0, options.restartWindowMs - retentionMs), () => {
        keepers.delete(channelId);
      });
    });
  };

  const onSnapshot = (snapshot: ChannelSnapshot) => {
    options.onHealth(snapshot.channelId, snapshot.healthy);
    options.onShown(snapshot.channelId);
    if (!keepers.get(snapshot.channelId)?.live) forgetLater(snapshot.channelId);
  };

  /** Undefined when too many ids are known already: whoever asks for one after the other must not fill the memory. */
  const keeperOf = (channelId: number): ChannelKeeper<Socket> | undefined => {
    const known = keepers.get(channelId);
    if (known !== undefined) return known;
    if (keepers.size >= Math.max(LEAST_KNOWN, 2 * maxChannels)) return undefined;
    const keeper = new ChannelKeeper<Socket>({ ...options, supervisor, channelId, onSnapshot });
    keepers.set(channelId, keeper);
    return keeper;
  };

  const intervene = async (channelId: number, what: PlanCall) =>
    (await keepers.get(channelId)?.intervene(what)) ?? notOnAir(channelId);

  const stopAll = async () => {
    stopping = true;
    const stopped = [...keepers.values()].map((keeper) => keeper.stop());
    await Promise.all([...stopped, supervisor.stop()]);
    for (const timer of forgetting.values()) timer.cancel();
  };
  // Not the supervisor's own end: channels are taken off the air before their parent is told to stop.
  const { promise: exited, resolve: end } = deferred<ChildExit>();
  const stop = async () => {
    await stopAll();
    end(await supervisor.exited);
  };

  return {
    async startChannel({ channelId, planHandle, port }) {
      const keeper = keeperOf(channelId);
      if (keeper === undefined) return { success: false, errorMessage: tooManyIds(keepers.size), port: 0 };
      const outcome = await keeper.start(planHandle, port);
      // Stopped before anything was shown of it: nothing else would have it forgotten.
      if (keeper.idle) forgetLater(channelId);
      return outcome;
    },
    refuseStart: (channelId, errorMessage) => keeperOf(channelId)?.refuse(errorMessage),
    updatePlan: async ({ channelId, planHandle }) =>
      (await keepers.get(channelId)?.update(planHandle)) ?? notOnAir(channelId),
    loadPreview: async ({ channelId, assetPath }) =>
      (await keepers.get(channelId)?.loadPreview(assetPath)) ?? notOnAir(channelId),
    switchToLive: async ({ channelId }) =>
      (await keepers.get(channelId)?.switchToLive()) ?? { ...notOnAir(channelId), startUs: 0 },
    stopChannel: async ({ channelId }) =>
      (await keepers.get(channelId)?.stop()) ?? { success: true, errorMessage: '' },
    async resetBudget({ channelId }) {
      const keeper = keepers.get(channelId);
      if (keeper !== undefined) return keeper.resetBudget();
      return {
        success: false,
        errorMessage: `channel_id ${channelId} is not known here: it was never started, or was stopped so long ago that its restarts count no more; there is nothing to reset`,
      };
    },
    takeSlate: ({ channelId }) => intervene(channelId, { type: 'take_slate' }),
    returnToPlan: ({ channelId }) => intervene(channelId, { type: 'return_to_plan' }),
    skipSegment: ({ channelId }) => intervene(channelId, { type: 'skip_segment' }),
    restartDecoder: ({ channelId }) => intervene(channelId, { type: 'restart_decoder' }),
    restartChannel: async ({ channelId }) => (await keepers.get(channelId)?.restart()) ?? notOnAir(channelId),
    snapshots: () =>
      [...keepers.values()]
        .flatMap(({ board }) => board.view ?? [])
        .sort((a, b) => a.channelId - b.channelId),
    snapshot: (channelId) => keepers.get(channelId)?.board.view,
    timeline: (channelId) => keepers.get(channelId)?.board.timeline,
    branches() {
      const byChild = new Map(Array.from(keepers.values(), (keeper) => [keeper.childId, keeper]));
      return supervisor.whichChildren().map((child) => {
        const keeper = byChild.get(child.id);
        return { child, parts: keeper?.parts, view: keeper?.board.view };
      });
    },
    async picture(channelId) {
      const keeper = keepers.get(channelId);
      if (keeper === undefined || (keeper.idle && keeper.board.snapshot === undefined))
        return { kind: 'unknown' };
      return keeper.picture();
    },
    stopAll,
    child: { exited, stop, kill: stop },
  };
}
