/** Where paths really lead, links resolved, and where one lies in relation to another. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { isAbsent } from './passing-faults.js';

/** The path with every link resolved, or undefined where nothing exists by that name. Other errors are thrown. */
export async function realpathIfAny(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Whether `path` lies below the folder `root` (and is not the folder itself). Both absolute; pure text. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
