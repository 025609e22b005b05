/** JPEG by libjpeg-turbo, compiled to WebAssembly: a millisecond a picture, where encoders in JavaScript take thirty. */
import { createRequire } from 'node:module';

/** The part of the package's interface that is used here; it has no types of its own. */
interface TurboEncoder {
  /** Where the picture goes, in the module's memory: to be filled at once. */
  getDecodedBuffer(frame: {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: 8;
    readonly componentCount: 3;
    readonly isSigned: false;
  }): Uint8Array;
  setQuality(quality: number): void;
  setProgressive(progressive: boolean): void;
  setSubSampling(sampling: number): void;
  encode(): void;
  /** In the module's memory: to be copied before it is used again. */
  getEncodedBuffer(): Uint8Array;
}
type LoadTurbo = () => Promise<{ readonly JPEGEncoder: new () => TurboEncoder }>;

/** Blocks are hardly seen, at a tenth of the size of the best. */
const QUALITY = 75;
/** Half the resolution in chroma, as the frames have it. */
const SAMPLING_420 = 2;

export interface JpegEncoder {
  /** @param fill writes the picture's red, green and blue, three bytes a pixel, into the memory it is given */
  encode(width: number, height: number, fill: (rgb: Uint8Array) => void): Uint8Array<ArrayBuffer>;
}

/** Takes some 50 ms and keeps 20 MB. */
export async function loadJpegEncoder(): Promise<JpegEncoder> {
  const load = createRequire(import.meta.url)('@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs') as LoadTurbo;
  const encoder = new (await load()).JPEGEncoder();
  encoder.setQuality(QUALITY);
  encoder.setProgressive(false);
  encoder.setSubSampling(SAMPLING_420);
  return {
    encode(width, height, fill) {
      fill(encoder.getDecodedBuffer({ width, height, bitsPerSample: 8, componentCount: 3, isSigned: false }));
      encoder.encode();
      return new Uint8Array(encoder.getEncodedBuffer());
    },
  };
}
