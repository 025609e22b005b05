/**
 * Configuration from the command line. Only what one changes from run to run has a flag; the rest belongs in a file.
 */
import type { ConfigLayer, Setting } from './config-keys.js';

/** The flags of `serve` as the command line parser hands them over; absent ones set nothing. */
export interface ConfigFlags {
  readonly grpc?: string | undefined;
  readonly http?: string | undefined;
  readonly plans?: string | undefined;
  /** Every `--media-root`, in order. */
  readonly mediaRoot?: readonly string[] | undefined;
  readonly format?: string | undefined;
  readonly ffmpeg?: string | undefined;
}

const FLAGS: Readonly<Record<keyof ConfigFlags, { readonly flag: string; readonly key: string }>> = {
  grpc: { flag: '--grpc', key: 'grpc' },
  http: { flag: '--http', key: 'http' },
  plans: { flag: '--plans', key: 'plans.directory' },
  mediaRoot: { flag: '--media-root', key: 'media_roots' },
  format: { flag: '--format', key: 'format' },
  ffmpeg: { flag: '--ffmpeg', key: 'ffmpeg' },
};

/** What the flags set. */
export function configFromFlags(flags: ConfigFlags): ConfigLayer {
  const settings = Object.entries(FLAGS).flatMap(([name, { flag, key }]): Setting[] => {
    const value = flags[name as keyof ConfigFlags];
    return value === undefined ? [] : [{ key, value, origin: flag }];
  });
  return { settings, problems: [] };
}
