import { openChromium } from './chromium.ts';
import { chromiumPath } from './chromium-path.ts';
import { openFirefox } from './firefox.ts';
import { firefoxPath } from './firefox-path.ts';

const known = [
  { name: 'Chromium', path: chromiumPath(), open: openChromium, canGoOffline: true },
  // Its driver cannot take the network away.
  { name: 'Firefox', path: firefoxPath(), open: openFirefox, canGoOffline: false },
];

/** The browsers of this machine. */
export const installedBrowsers = known.flatMap(({ name, path, open, canGoOffline }) =>
  path === undefined ? [] : [{ name, canGoOffline, start: () => open(path) }],
);
