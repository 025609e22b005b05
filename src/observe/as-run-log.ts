/**
 * The as-run log's files: `channel-7.2026-11-27.001.jsonl`, for each channel one file a day (UTC, the day on which a
 * line's stretch began), a further one when a file is full, and the oldest removed when there are too many.
 *
 * Handing over a line never waits and never throws. One write at a time is under way for all channels together, so
 * that a disk that does not answer takes one of the process's file threads and no more; lines wait meanwhile, up to a
 * bound. A line is appended whole: what is in a file stays as it is, whatever happens to the engine afterwards.
 */
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { AsRunLine } from '../../supervisors/channel/as-run-line.js';
import type { MasterClock, Timer } from '../../supervisors/master-clock.js';
import { waitFor } from '../../supervisors/otp/wait.js';

export interface AsRunLog {
  write(line: AsRunLine): void;
  /** Writes what waits, within 2 s; takes no more lines. */
  close(): Promise<void>;
}

export interface AsRunLogOptions {
  /** Absolute; made where it is missing. */
  readonly directory: string;
  /** A file that has reached so many bytes is followed by another one. */
  readonly maxFileBytes: number;
  /** So many files are kept for each channel. */
  readonly keepFiles: number;
  readonly clock: MasterClock;
  /** Told once when writing begins to fail. */
  readonly onFailure: (error: Error) => void;
  /** Told when it works again, and, with the lines that were lost, once it is known that some were. */
  readonly onRecovered: () => void;
  readonly onLost: (lines: number) => void;
}

interface Pending {
  readonly channel: number;
  readonly day: string;
  readonly text: string;
}

/** The file that a channel's lines go to. */
interface Current {
  readonly day: string;
  readonly path: string;
  bytes: number;
}

/** Characters that may wait; about 8 000 lines. */
const MAX_PENDING = 4 * 1024 * 1024;
/** Characters that are written at once. */
const MAX_BATCH = 64 * 1024;
const RETRY_MS = 5_000;
const CLOSE_MS = 2_000;
const FILE_MODE = 0o640;
const NEWLINE = 0x0a;

export function createAsRunLog(options: AsRunLogOptions): AsRunLog {
  const { directory, clock } = options;
  const current = new Map<number, Current>();
  const pending: Pending[] = [];
  let pendingLength = 0;
  let lost = 0;
  let failing = false;
  let closed = false;
  let retry: Timer | undefined;
  let pumping: Promise<void> | undefined;

  function pump(): void {
    retry?.cancel();
    retry = undefined;
    pumping ??= writeAll().finally(() => {
      pumping = undefined;
    });
  }

  async function writeAll(): Promise<void> {
    try {
      while (pending.length > 0) {
        const batch = nextBatch(pending);
        await append(batch);
        pending.splice(0, batch.length);
        pendingLength -= lengthOf(batch);
        if (failing) options.onRecovered();
        failing = false;
      }
      if (!failing) tellLost();
    } catch (error) {
      fails(error as Error);
    }
  }

  function fails(error: Error): void {
    // Whatever is known of the files may not be so any more.
    current.clear();
    if (!failing) options.onFailure(error);
    failing = true;
    if (!closed) retry = clock.at(clock.nowMs() + RETRY_MS, pump);
  }

  function tellLost(): void {
    if (lost > 0) options.onLost(lost);
    lost = 0;
  }

  async function append(batch: readonly Pending[]): Promise<void> {
    const { channel, day } = batch[0] as Pending;
    const known = current.get(channel);
    const fits = known?.day === day && known.bytes < options.maxFileBytes;
    const file = fits ? known : await nextFile(channel, day);
    const text = batch.map((line) => line.text).join('');
    file.bytes = await appendWhole(file.path, text);
    current.set(channel, file);
  }

  /** The newest file of that day, or the one after it. */
  async function nextFile(channel: number, day: string): Promise<Current> {
    await mkdir(directory, { recursive: true });
    const files = filesOf(channel, await readdir(directory));
    const newest = files.filter((file) => file.day === day).at(-1);
    const full =
      newest !== undefined && (await stat(join(directory, newest.name))).size >= options.maxFileBytes;
    const part = (newest?.part ?? 1) + (full ? 1 : 0);
    const name = nameOf(channel, day, part);
    const old = files.filter((file) => file.name !== name);
    for (const { name: tooOld } of old.slice(0, Math.max(0, old.length + 1 - options.keepFiles))) {
      // What may not be removed is no reason to write nothing.
      await unlink(join(directory, tooOld)).catch(() => {});
    }
    return { day, path: join(directory, name), bytes: 0 };
  }

  // An operator is to hear of a directory that cannot be written to before the first segment has ended.
  pumping = mkdir(directory, { recursive: true })
    .then(() => access(directory, constants.W_OK | constants.X_OK))
    .catch(fails)
    .finally(() => {
      pumping = undefined;
      if (pending.length > 0 && !failing) pump();
    });

  return {
    write(line) {
      const text = `${JSON.stringify(line)}\n`;
      if (closed || pendingLength + text.length > MAX_PENDING) {
        lost++;
        return;
      }
      pending.push({ channel: line.channel, day: line.start.slice(0, 10), text });
      pendingLength += text.length;
      if (!failing) pump();
    },
    async close() {
      if (closed) return;
      closed = true;
      retry?.cancel();
      const written = (async () => {
        await pumping;
        pump();
        await pumping;
      })();
      const done = await waitFor(written, CLOSE_MS, clock);
      if (!done && !failing) options.onFailure(new Error(`no write has ended within ${CLOSE_MS} ms`));
      lost += pending.length;
      tellLost();
    },
  };
}

/** The lines at the front that go to the same file. */
function nextBatch(pending: readonly Pending[]): Pending[] {
  const [first] = pending;
  const batch: Pending[] = [];
  let length = 0;
  for (const line of pending) {
    if (line.channel !== first?.channel || line.day !== first.day || length > MAX_BATCH) break;
    batch.push(line);
    length += line.text.length;
  }
  return batch;
}

function lengthOf(batch: readonly Pending[]): number {
  return batch.reduce((sum, { text }) => sum + text.length, 0);
}

/**
 * Appends all of it or nothing, beginning on a line of its own. Resolves to the file's length.
 * @throws what the system says; the file is as it was then, as far as the system allows
 */
async function appendWhole(path: string, text: string): Promise<number> {
  const handle = await open(path, 'a+', FILE_MODE);
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.from((await endsTorn(handle, size)) ? `\n${text}` : text);
    try {
      await handle.appendFile(bytes);
    } catch (error) {
      // A full disk may have taken half a line.
      await handle.truncate(size).catch(() => {});
      throw error;
    }
    return size + bytes.length;
  } finally {
    await handle.close();
  }
}

/** The machine lost its power in the middle of a line. */
async function endsTorn(handle: Awaited<ReturnType<typeof open>>, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer[0] !== NEWLINE;
}

function nameOf(channel: number, day: string, part: number): string {
  return `channel-${channel}.${day}.${String(part).padStart(3, '0')}.jsonl`;
}

/** A channel's files, the oldest first. */
function filesOf(channel: number, names: readonly string[]) {
  return names
    .flatMap((name) => {
      const match = /^channel-(\d+)\.(\d{4}-\d\d-\d\d)\.(\d{3,})\.jsonl$/.exec(name);
      if (match === null || Number(match[1]) !== channel) return [];
      return { name, day: match[2] as string, part: Number(match[3]) };
    })
    .sort((a, b) => a.day.localeCompare(b.day) || a.part - b.part);
}
