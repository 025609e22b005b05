/**
 * What a channel needs to know of plans: the ports that `src/plan` implements. A plan reaches the channel as a
 * Timeline, which answers in whole frames of the channel's format; assets reach it ready to be decoded.
 */

import type { Format } from './format.js';

/** What a decoder opens. */
export type AssetInput =
  /** A media file. `path` is absolute, resolved through symlinks and proven to lie inside a media root. */
  | { readonly kind: 'file'; readonly path: string }
  /** The built-in moving test pattern (handle `mock`). */
  | { readonly kind: 'pattern' };

/** One segment as the plan states it. */
export interface Segment {
  /** Position in the plan, from 0. */
  readonly index: number;
  /** The plan's own words for the asset; for people, never opened as it is. */
  readonly assetUri: string;
  /** In-point within the asset. */
  readonly offsetMs: number;
  /** What people call it; undefined where the plan does not say. */
  readonly title?: string;
  /** Free word of core's (`content`, `filler`, ...); shown, not interpreted. */
  readonly segmentType: string;
}

/** One airing of one segment: a half-open range of the plan's own frames, counted from the plan's start. */
export interface Occurrence {
  readonly segment: Segment;
  /** How often the plan has looped before this airing; 0 in the first turn. */
  readonly turn: number;
  readonly startFrame: number;
  /** Exclusive. */
  readonly endFrame: number;
}

/** A plan laid out in frames. */
export interface Timeline {
  readonly handle: string;
  /** Hash of the plan's content; with the handle it is the plan's identity. */
  readonly hash: string;
  /** Wall-clock start in UTC milliseconds; undefined: the plan starts when it is put on air. */
  readonly startUtcMs: number | undefined;
  readonly loop: boolean;
  /** Number of segments in one turn. */
  readonly segmentCount: number;
  /** Frames of one turn. */
  readonly turnFrames: number;
  /**
   * Makes what another process lays out the same plan with; nothing is done for it before it is asked for. Undefined, or
   * to undefined: there is none, and the plan has to be read anew.
   */
  readonly copy?: (() => Promise<PlanCopy | undefined>) | undefined;
  /** The occurrence that covers this frame of the plan; undefined before 0 and once a plan without loop is over. */
  at(planFrame: number): Occurrence | undefined;
  /** The same segment a turn later, where it may be too short to hold a frame; undefined in a plan without loop. */
  nextTurn(occurrence: Occurrence): Occurrence | undefined;
}

/** A plan as it was read, in plain data; only a {@link PlanSource} makes anything of it. */
export interface PlanCopy {
  readonly syntax: 'json' | 'yaml';
  /** Its text, gzip in base64. */
  readonly packed: string;
  /** How many milliseconds the assets last that the plan leaves lengths to, by its own words for them. */
  readonly durations: readonly (readonly [assetUri: string, durationMs: number])[];
}

/** An asset that exists, lies inside a root and has a video stream. */
export interface ReadyAsset {
  readonly input: AssetInput;
  /** How long its picture lasts according to its container; undefined where the container does not say. */
  readonly durationMs: number | undefined;
  /** Display width and height after SAR and rotation; undefined where unknown. */
  readonly displaySize: { readonly width: number; readonly height: number } | undefined;
  /** The container has no index (MPEG-TS): a seek lands on the next key frame instead of the one before. */
  readonly lacksIndex?: boolean;
  /** How long the container has begun before the picture does, where ffmpeg seeks from the one and counts from the other. */
  readonly pictureLateMs?: number;
  /** One picture, held for as long as its segment lasts. */
  readonly still?: boolean;
  /** Undefined where unknown: it is then taken to be like the channel's own. */
  readonly colour?: PictureColour;
}

/** How a picture's samples are to be read. */
export interface PictureColour {
  /** By which luma and chroma were made of red, green and blue; undefined: they were not, the samples are RGB. */
  readonly matrix: 'bt601' | 'bt709' | 'bt2020' | undefined;
  /** Black is 0 and white is 255 rather than 16 and 235. */
  readonly fullRange: boolean;
  readonly alpha: boolean;
  /** The transfer of a picture of high dynamic range that can be tone-mapped, by ffmpeg's name: PQ (HDR10) or HLG. */
  readonly hdr: 'smpte2084' | 'arib-std-b67' | undefined;
}

/** Why a plan or an asset cannot be used. The message names the field, the value and the remedy. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  readonly code:
    | 'unknown_plan'
    | 'invalid_plan'
    | 'refused_path'
    | 'missing_asset'
    | 'unusable_asset'
    | 'unavailable';
  constructor(code: PlanError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Where plans and assets come from. All calls may be slow (dead mounts, stores); none blocks the event loop. */
export interface PlanSource {
  /**
   * Resolves an opaque handle to a timeline.
   * @param copy given, the plan is what it was when the copy was made, whatever has become of it since
   * @throws PlanError when the handle is unknown, refused, or names a plan that is not valid.
   */
  resolve(handle: string, format: Format, signal: AbortSignal, copy?: PlanCopy): Promise<Timeline>;
  /**
   * Lays a single asset out, named as a plan's segments name theirs, from its beginning to its end; it does not loop.
   * @throws PlanError as `asset` does, and when the asset does not tell how long it lasts.
   */
  preview(assetPath: string, format: Format, signal: AbortSignal): Promise<Timeline>;
  /**
   * Proves that a segment's asset can be decoded. Answers are remembered for as long as the file is unchanged.
   * @throws PlanError when it is missing, outside the roots, or has no picture.
   */
  asset(segment: Segment, signal: AbortSignal): Promise<ReadyAsset>;
}
