/** A real browser, Debian's Chromium, that leaves nothing behind. */
import { type Browser, chromium } from 'playwright-core';
import { executableOnPath } from '../../src/media/child-prefix.js';

export const chromiumPath = executableOnPath('chromium');

export const NO_BROWSER = chromiumPath === undefined && 'chromium is not on PATH: apt-get install chromium';

/** Without whatever would call home: the tests have no network. */
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** @throws Error when it is not installed; ask {@link NO_BROWSER} first */
export function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(String(NO_BROWSER));
  return chromium.launch({ executablePath: chromiumPath, args: ARGUMENTS });
}
