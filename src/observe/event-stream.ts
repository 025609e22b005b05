/**
 * The feed over HTTP, as server-sent events: what a browser's EventSource, curl or any line reader understands. The
 * protocol is docs/feed.md.
 */
import type { ChannelFeed, FeedChannel, FeedMessage } from '../../supervisors/engine/channel-feed.js';
import type { FeedSink, FeedWatch } from '../../supervisors/engine/feed-watcher.js';
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';
import { channelParam } from './channel-param.js';
import type { Page, PageRequest, PageStream, StreamPage } from './page.js';

/** Proxies and clients take a stream for dead that says nothing for long. */
const HEARTBEAT_MS = 10_000;
/** When a client that was cut off tries again. */
const RETRY_MS = 1000;

export interface EventStreamOptions {
  readonly feed: ChannelFeed;
  readonly clock: MasterClock;
}

/** `/events`: of all channels, or of those in `?channel=7`, which may be given several times. */
export function eventStream({ query }: PageRequest, { feed, clock }: EventStreamOptions): Page | StreamPage {
  const channelIds = new Set<number>();
  for (const written of query.getAll('channel')) {
    const channelId = channelParam(written);
    if (typeof channelId !== 'number') return channelId;
    channelIds.add(channelId);
  }
  return {
    contentType: 'text/event-stream; charset=utf-8',
    // nginx would collect them otherwise.
    headers: { 'x-accel-buffering': 'no' },
    open(stream) {
      stream.write(`retry: ${RETRY_MS}\n\n`);
      const sink = eventSink(stream, clock);
      let watch: FeedWatch;
      try {
        watch = feed.watch(sink, channelIds.size === 0 ? undefined : channelIds);
      } catch (error) {
        sink.end();
        throw error;
      }
      return {
        onRoom() {
          sink.hasRoom();
          watch.hasRoom();
        },
        onEnd() {
          watch.stop();
          sink.end();
        },
      };
    },
  };
}

function eventSink(stream: PageStream, clock: MasterClock): FeedSink & { hasRoom(): void; end(): void } {
  let heartbeat: Timer | undefined;
  let full = false;
  const write = (...parts: readonly (string | Buffer)[]) => {
    full = !stream.write(...parts);
    return !full;
  };
  const beatLater = () => {
    heartbeat?.cancel();
    heartbeat = clock.at(clock.nowMs() + HEARTBEAT_MS, () => {
      // What waits for a slow client says that the stream lives.
      if (!full) write(': all is well\n\n');
      beatLater();
    });
  };
  beatLater();
  return {
    send(sequence, message) {
      beatLater();
      const { event } = message;
      const head = `id: ${sequence}\nevent: ${event}\ndata: {"sequence":${sequence},`;
      return write(head, ...bodyOf(message), '}\n\n');
    },
    drop: () => stream.end(),
    hasRoom() {
      full = false;
    },
    end: () => heartbeat?.cancel(),
  };
}

/** JSON has no line break, so the data is one line. */
function bodyOf(message: FeedMessage): readonly (string | Buffer)[] {
  switch (message.event) {
    case 'snapshot': {
      const channels = message.channels.flatMap((channel, index) =>
        index === 0 ? [bytesOf(channel)] : [',', bytesOf(channel)],
      );
      return [`"instance":${JSON.stringify(message.instance)},"channels":[`, ...channels, ']'];
    }
    case 'change':
      return ['"channel":', bytesOf(message.channel)];
    case 'gone':
      return [`"channelId":${message.channelId}`];
  }
}

/** A channel's bytes are made once, and shared by all who still wait for them. */
const made = new WeakMap<FeedChannel, Buffer>();

function bytesOf(channel: FeedChannel): Buffer {
  const known = made.get(channel);
  if (known !== undefined) return known;
  const bytes = Buffer.from(channel.json);
  made.set(channel, bytes);
  return bytes;
}
