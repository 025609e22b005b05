/**
 * A viewer: looks at a channel from the moment it is asked to, and writes down what every tick showed, by the numbers
 * painted into the pictures. What it saw is then told in words, or held against the schedule.
 */
import { createSlate } from '../../src/frames/slate.js';
import type { Format } from '../../supervisors/channel/format.js';
import { readFrameNumber } from './frame-number.js';
import { connectY4m, type Y4mEnd } from './y4m-reader.js';

/** What one tick showed: a painted number, the channel's slate, or something that should not be. */
export type Sight = number | 'slate' | 'garbage';

export interface Viewer {
  /** Tick by tick, from the first one after connecting. */
  readonly seen: readonly Sight[];
  /** Resolves once this holds; looked at after every tick. Rejects when the stream ends before. */
  until(holds: (seen: readonly Sight[]) => boolean): Promise<void>;
  /** Resolves once so many further ticks have been seen. */
  ticks(count: number): Promise<void>;
  close(): Promise<Y4mEnd>;
}

export function view(channelId: number, port: number, format: Format): Viewer {
  const slate = createSlate(format, channelId).planes;
  const renderer = connectY4m(port);
  const seen: Sight[] = [];
  const watchers = new Set<(over: boolean) => void>();
  const read = async () => {
    for await (const { planes } of renderer) {
      const number = readFrameNumber(planes, format.width, format.height);
      seen.push(number ?? (planes.equals(slate) ? 'slate' : 'garbage'));
      for (const look of [...watchers]) look(false);
    }
  };
  void read()
    .catch(() => {}) // `ended` tells it.
    .then(() => {
      for (const look of [...watchers]) look(true);
    });
  const until: Viewer['until'] = (holds) =>
    new Promise((resolve, reject) => {
      const look = (over: boolean) => {
        if (holds(seen)) resolve();
        else if (over) reject(new Error(`the stream ended; until then: ${inWords(seen)}`));
        else return;
        watchers.delete(look);
      };
      watchers.add(look);
      look(false);
    });
  return {
    seen,
    until,
    ticks(count) {
      const enough = seen.length + count;
      return until(() => seen.length >= enough);
    },
    close() {
      renderer.close();
      return renderer.ended;
    },
  };
}

/** Run-length notation: `slate*9 0..59 hold(59)*30 slate*31 121..200`; numbers that count on are content. */
export function inWords(seen: readonly Sight[]): string {
  const words: string[] = [];
  let shown: number | undefined;
  for (let at = 0; at < seen.length; ) {
    const sight = seen[at] as Sight;
    const holds = sight === shown;
    const step = typeof sight === 'number' && !holds ? 1 : 0;
    let length = 1;
    while (seen[at + length] === (step === 1 ? (sight as number) + length : sight)) length++;
    if (typeof sight === 'number') shown = sight + step * (length - 1);
    if (step === 1) words.push(length === 1 ? `${sight}` : `${sight}..${shown}`);
    else words.push(`${holds ? `hold(${sight})` : sight}*${length}`);
    at += length;
  }
  return words.join(' ');
}

/**
 * Where a viewer saw other content than the schedule names: `[tick, named, seen]`. A number that stays is no content but
 * a hold, and slate is not judged.
 *
 * @param turn the numbers that the schedule names, tick by tick, over and over; null where it asks for slate itself
 */
export function offSchedule(
  seen: readonly Sight[],
  turn: readonly (number | null)[],
): (readonly [tick: number, named: number | null | undefined, seen: Sight])[] {
  const first = seen.findIndex((sight) => typeof sight === 'number');
  const ahead = turn.indexOf(seen[first] as number) - first;
  return seen.flatMap((sight, tick) => {
    const named = turn[(((ahead + tick) % turn.length) + turn.length) % turn.length];
    const isContent = typeof sight === 'number' && sight !== seen[tick - 1];
    return isContent && sight !== named ? [[tick, named, sight] as const] : [];
  });
}
