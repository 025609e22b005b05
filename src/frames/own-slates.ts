/**
 * The operator's own slates: the pictures that the configuration names, rendered into the channels' format once, when
 * the engine starts, so that no ffmpeg is needed when they air. All of them must be usable, or the engine does not
 * start: that a slate cannot be read should not be found out on the air.
 */

import type { Config } from '../config/config.js';
import { ConfigError } from '../config/config-error.js';
import { renderStill, type Still } from '../media/render-still.js';
import { quotedPath } from '../quoted.js';

/** The planes of a channel's own slate; undefined where it has the built-in one. */
export type OwnSlates = (channelId: number) => Buffer | undefined;

/** For each; a large photograph takes a second. */
const TIMEOUT_MS = 10_000;
const AT_ONCE = 4;

/**
 * Renders every picture that `slate.image` and `slate.channels` name, each file once.
 * @param config its paths are absolute
 * @throws ConfigError naming every key whose picture cannot be used
 */
export async function renderOwnSlates(
  { format, slate }: Pick<Config, 'format' | 'slate'>,
  ffmpegPath: string,
): Promise<OwnSlates> {
  const named = Object.entries(slate.channels).map(([id, path]) => ({ key: `slate.channels.${id}`, path }));
  if (slate.image !== null) named.unshift({ key: 'slate.image', path: slate.image });

  const stills = new Map<string, Still>();
  const paths = new Set(named.map(({ path }) => path)).values();
  const worker = async () => {
    for (const path of paths) {
      stills.set(path, await renderStill({ ffmpegPath, path, format, timeoutMs: TIMEOUT_MS }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  const problems = named.flatMap(({ key, path }) => {
    const still = stills.get(path);
    return still !== undefined && 'problem' in still ? [`${key}: ${quotedPath(path)} ${still.problem}`] : [];
  });
  if (problems.length > 0) throw new ConfigError(problems);

  const planesOf = (path: string | null | undefined): Buffer | undefined => {
    const still = typeof path === 'string' ? stills.get(path) : undefined;
    return still !== undefined && 'planes' in still ? still.planes : undefined;
  };
  return (channelId) => planesOf(slate.channels[channelId] ?? slate.image);
}
