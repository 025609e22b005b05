/** A channel's picture, made small, on its way from the host to whoever wants to look. Plain data. */
export interface AiredPicture {
  /** The tick at which it was aired. */
  readonly tick: number;
  /** Even. */
  readonly width: number;
  /** Even. */
  readonly height: number;
  /** By which its samples, of limited range, are to be read: what players assume of the channel's format. */
  readonly matrix: 'bt601' | 'bt709';
  /** The planes (yuv420p, no padding) as base64: IPC is text. */
  readonly planes: string;
}
