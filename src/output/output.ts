/**
 * The output of a channel: fans each tick's frame out to all consumers without copying it. However many there
 * are and whatever they do, the memory they can keep from the decoders is bounded: past the bound, those that are
 * behind lose what waits for them, and then the one that has stood still longest is dropped.
 */
import type net from 'node:net';
import type { OutputPort } from '../../supervisors/channel/channel-ports.js';
import type { Format } from '../../supervisors/channel/format.js';
import type { MasterClock } from '../../supervisors/master-clock.js';
import { type Consumer, createConsumer } from './consumer.js';
import { y4mHeader } from './y4m.js';

export interface OutputSettings {
  readonly format: Format;
  /** Frames one consumer may pin before it loses whole ones. */
  readonly maxPinnedFrames: number;
  /** Distinct frames that all consumers together may pin. */
  readonly maxPinnedSlots: number;
  /** A consumer that takes nothing for so long is dropped. */
  readonly stallMs: number;
}

export function createOutput(settings: OutputSettings, clock: MasterClock): OutputPort<net.Socket> {
  const header = y4mHeader(settings.format);
  const consumers = new Set<Consumer>();
  let framesDropped = 0;
  let closing: Promise<void> | undefined;
  let onEmpty: () => void = () => {};

  const remove = (consumer: Consumer) => {
    consumers.delete(consumer);
    if (consumers.size === 0) onEmpty();
  };

  const bySlowest = () =>
    [...consumers]
      .filter(({ writingSinceMs }) => writingSinceMs !== undefined)
      .sort((a, b) => (a.writingSinceMs ?? 0) - (b.writingSinceMs ?? 0));

  const pinnedSlots = () => new Set([...consumers].flatMap(({ pinned }) => pinned)).size;

  /** Keeps the decoders in memory: lagging consumers first lose frames, then their connection. */
  const enforceBound = () => {
    if (pinnedSlots() <= settings.maxPinnedSlots) return;
    for (const consumer of bySlowest()) {
      framesDropped += consumer.shed();
      if (pinnedSlots() <= settings.maxPinnedSlots) return;
    }
    for (const consumer of bySlowest().slice(0, pinnedSlots() - settings.maxPinnedSlots)) consumer.destroy();
  };

  const finishAll = async (withinMs: number) => {
    if (consumers.size === 0) return;
    const empty = new Promise<void>((resolve) => {
      onEmpty = resolve;
    });
    for (const consumer of [...consumers]) consumer.finish();
    const late = clock.at(clock.nowMs() + withinMs, () => {
      for (const consumer of [...consumers]) consumer.destroy();
    });
    await empty;
    late.cancel();
  };

  return {
    get consumers() {
      return consumers.size;
    },
    list: (atMost) => [...consumers].slice(0, atMost).map((consumer) => consumer.describe()),
    get framesDropped() {
      return framesDropped;
    },
    add(socket) {
      // One that was closed on its way would never tell us of its end.
      if (closing !== undefined || socket.destroyed) {
        socket.destroy();
        return;
      }
      const { maxPinnedFrames: maxPinned } = settings;
      consumers.add(
        createConsumer({ socket, header, maxPinned, nowMs: () => clock.nowMs(), onGone: remove }),
      );
    },
    air(frame) {
      const now = clock.nowMs();
      for (const consumer of consumers) {
        if (!consumer.offer(frame)) framesDropped++;
        if (now - (consumer.writingSinceMs ?? now) > settings.stallMs) consumer.destroy();
      }
      // With one consumer the bound of each is the tighter one.
      if (consumers.size > 1) enforceBound();
    },
    close(withinMs) {
      closing ??= finishAll(withinMs);
      return closing;
    },
  };
}
