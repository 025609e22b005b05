/**
 * A channel's place in the tree: taken by putting a child under the channels' supervisor, and left by having the
 * supervisor end it. Whoever leaves has left at once, though it takes a while until all that was there is gone.
 */
import type { DynamicSupervisor } from '../otp/dynamic-supervisor.js';
import { type ChannelChild, startChannelChild } from './channel-child.js';
import type { HostLink } from './host-link.js';
import type { EnginePorts } from './host-port.js';

export interface ChannelPlaceOptions<Socket> {
  readonly channelId: number;
  readonly ports: Pick<EnginePorts<Socket>, 'listen' | 'closeSocket'>;
  /** Whose child the channel is while it is on air. */
  readonly supervisor: Pick<DynamicSupervisor, 'startChild' | 'terminateChild'>;
}

export class ChannelPlace<Socket> {
  /** In the channels' supervisor. */
  readonly childId: string;

  readonly #options: ChannelPlaceOptions<Socket>;
  #child: ChannelChild<Socket> | undefined;
  /** How many children are just being set up or taken down. */
  #inTransit = 0;

  constructor(options: ChannelPlaceOptions<Socket>) {
    this.#options = options;
    this.childId = `channel-${options.channelId}`;
  }

  /** What is there; undefined while nothing is, or what is has been told to go. */
  get child(): ChannelChild<Socket> | undefined {
    return this.#child;
  }

  /** True while nothing is there, on its way there, or on its way out. */
  get empty(): boolean {
    return this.#child === undefined && this.#inTransit === 0;
  }

  /**
   * Takes the empty place.
   * @param linkHost called once the port is bound
   * @throws what the supervisor throws; its cause says why the port cannot be bound
   */
  async take(port: number, linkHost: (port: number) => HostLink<Socket>): Promise<void> {
    const { ports, supervisor } = this.#options;
    this.#inTransit++;
    try {
      await supervisor.startChild({
        id: this.childId,
        restart: 'temporary',
        type: 'supervisor',
        start: async (context) => {
          const child = await startChannelChild(context, port, ports, linkHost);
          this.#child = child;
          return child;
        },
      });
    } finally {
      this.#inTransit--;
    }
  }

  /** Leaves the place, and gives up taking it. Resolves, when all is gone, to the pids of processes that would not die. */
  async leave(): Promise<readonly number[]> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) {
      if (this.#inTransit > 0) await this.#terminate();
      return [];
    }
    this.#inTransit++;
    await Promise.all([this.#terminate(), child.exited]);
    const stuckPids = await child.stuckPids;
    this.#inTransit--;
    return stuckPids;
  }

  /** If the supervisor takes no more orders, it is ending everything. */
  async #terminate(): Promise<void> {
    await this.#options.supervisor.terminateChild(this.childId).catch(() => {});
  }
}
