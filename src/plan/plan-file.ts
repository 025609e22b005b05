/**
 * A plan's file, read as a whole: one that changes while it is read, or that ends in the middle of a sentence, is
 * still being written and is read again.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { PlanError } from '../../supervisors/channel/plan.js';
import { PassingFault } from './passing-faults.js';
import { MAX_PLAN_BYTES, type PlanSyntax, type ReadText, tooLarge } from './plan-text.js';

export interface PlanFile {
  /** Resolved through symlinks. */
  readonly path: string;
  /** The file's name as messages have it, quoted. */
  readonly label: string;
  readonly syntax: PlanSyntax;
}

/** Never wait for a writer of a pipe, never follow a link that was put there after the path was resolved. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * One attempt to read the file and return what its text says.
 * @throws PlanError `refused_path` or `invalid_plan`; PassingFault where another attempt may succeed; the file
 *   system's own errors; the signal's reason.
 */
export async function readPlanText<Value>(
  file: PlanFile,
  signal: AbortSignal,
  readText: ReadText<Value>,
): Promise<Value> {
  const text = await readText(await readWhole(file, signal), file.syntax, signal);
  if (text.ok) return text.value;
  const verdict = new PlanError('invalid_plan', `${file.label} ${text.reason}`);
  throw text.cutShort ? new PassingFault(verdict) : verdict;
}

/** The bytes of the file, proven not to have changed while they were read. */
async function readWhole({ path, label, syntax }: PlanFile, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted();
  const file = await open(path, OPEN_FLAGS);
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) throw notRegular(label);
    if (before.size > MAX_PLAN_BYTES[syntax]) {
      throw new PlanError('invalid_plan', `${label} ${tooLarge(before.size, syntax)}`);
    }
    const bytes = await readUpTo(file, Number(before.size) + 1, signal);
    const after = await file.stat({ bigint: true });
    if (after.size !== BigInt(bytes.length) || after.mtimeNs !== before.mtimeNs) {
      const remedy = 'write plans under another name and rename them';
      throw new PassingFault(
        new PlanError('unavailable', `${label} keeps changing while it is read; ${remedy}`),
      );
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** The first `limit` bytes of a file, or all there are. */
async function readUpTo(file: FileHandle, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = new Uint8Array(limit);
  let length = 0;
  while (length < limit) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(bytes, length, limit - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/** The error for what is no regular file. */
export function notRegular(label: string): PlanError {
  const remedy = 'put a plan in its place';
  return new PlanError('refused_path', `${label} is a directory or device, not a regular file; ${remedy}`);
}
