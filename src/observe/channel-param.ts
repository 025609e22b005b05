/** The channel id in an address: a path's `{id}`, or `?channel=`. */
import { quoted } from '../quoted.js';
import { errorPage, type Page } from './page.js';

const CHANNEL_ID = /^[1-9]\d{0,9}$/;
const MAX_CHANNEL_ID = 2 ** 31 - 1;

/** @returns the id, or the page that says what is wrong with what was written */
export function channelParam(written: string | undefined): number | Page {
  const channelId = Number(written);
  if (written !== undefined && CHANNEL_ID.test(written) && channelId <= MAX_CHANNEL_ID) return channelId;
  return errorPage(
    400,
    `channel id ${quoted(written ?? '')} is not valid: write a whole number from 1 to ${MAX_CHANNEL_ID}`,
  );
}

export function unknownChannel(channelId: number): Page {
  return errorPage(
    404,
    `channel ${channelId} is not known: it was never started, or was stopped long ago; /channels lists the known ones`,
  );
}
