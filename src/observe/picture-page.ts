/** A channel's picture over HTTP: what its consumers get, as a small JPEG that is at most a second old. */
import type { ChannelPictures } from '../../supervisors/engine/channel-commands.js';
import type { PictureOutcome } from '../../supervisors/engine/picture-calls.js';
import type { PictureEncoder } from '../pictures/picture-encoder.js';
import { channelParam, unknownChannel } from './channel-param.js';
import { errorPage, type Page } from './page.js';
import type { Route } from './routes.js';

export interface PictureSources {
  readonly pictures: ChannelPictures;
  readonly encoder: Pick<PictureEncoder, 'encode'>;
}

/** Where a picture should be and is not there, it may be in a moment. */
const AGAIN = { 'retry-after': '1' };

export function pictureRoutes(sources: PictureSources): readonly Route[] {
  const path = '/channels/{id}/picture.jpg';
  return [{ method: 'GET', path, answer: ({ params }) => picturePage(params.id, sources) }];
}

async function picturePage(written: string | undefined, sources: PictureSources): Promise<Page> {
  const channelId = channelParam(written);
  if (typeof channelId !== 'number') return channelId;
  const outcome = await sources.pictures.picture(channelId);
  return outcome.kind === 'picture'
    ? jpegPage(outcome.picture, sources.encoder)
    : noPicture(channelId, outcome);
}

async function jpegPage(
  picture: Extract<PictureOutcome, { kind: 'picture' }>['picture'],
  encoder: PictureSources['encoder'],
): Promise<Page> {
  try {
    const jpeg = await encoder.encode(picture);
    return {
      status: 200,
      contentType: 'image/jpeg',
      body: Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength),
      headers: { 'x-retrovue-tick': String(picture.tick) },
    };
  } catch (error) {
    // Told to whoever runs the engine by the encoder.
    return errorPage(503, (error as Error).message, AGAIN);
  }
}

function noPicture(channelId: number, outcome: Exclude<PictureOutcome, { kind: 'picture' }>): Page {
  switch (outcome.kind) {
    case 'unknown':
      return unknownChannel(channelId);
    case 'off_air':
      return errorPage(
        409,
        `channel ${channelId} is not on air: nobody gets a picture; StartChannel puts it on`,
      );
    case 'unavailable':
      return errorPage(503, `channel ${channelId} has no picture now: ${outcome.reason}`, AGAIN);
  }
}
