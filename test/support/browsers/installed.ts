import { afterAll, beforeAll } from 'vitest';
import type { DrivenBrowser } from './browser.ts';
import { openChromium } from './chromium.ts';
import { chromiumPath } from './chromium-path.ts';
import { openFirefox } from './firefox.ts';
import { firefoxPath } from './firefox-path.ts';

const known = [
  { name: 'Chromium', path: chromiumPath(), open: openChromium, canGoOffline: true, keepsPages: true },
  // Its driver cannot take the network away, and switches the back/forward cache off.
  { name: 'Firefox', path: firefoxPath(), open: openFirefox, canGoOffline: false, keepsPages: false },
];

/** The browsers of this machine. */
export const installedBrowsers = known.flatMap(({ name, path, open, canGoOffline, keepsPages }) =>
  path === undefined ? [] : [{ name, canGoOffline, keepsPages, start: () => open(path) }],
);

/** One browser for the tests of a `describe`. */
export const useBrowser = (start: () => Promise<DrivenBrowser>): Pick<DrivenBrowser, 'newProfile'> => {
  let browser: DrivenBrowser;
  beforeAll(async () => {
    browser = await start();
  }, 120_000);
  afterAll(() => browser.close());
  return { newProfile: () => browser.newProfile() };
};
