/** What every benchmark is given. */
export interface BenchContext {
  /** Path of the ffmpeg in use. */
  readonly ffmpeg: string;
  /** Temporary; holds media and plans. */
  readonly folder: string;
}
