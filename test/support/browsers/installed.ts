import { openChromium } from './chromium.ts';
import { chromiumPath } from './chromium-path.ts';
import { openFirefox } from './firefox.ts';
import { firefoxPath } from './firefox-path.ts';

const known = [
  { name: 'Chromium', path: chromiumPath(), open: openChromium },
  { name: 'Firefox', path: firefoxPath(), open: openFirefox },
];

/** The browsers of this machine. */
export const installedBrowsers = known.flatMap(({ name, path, open }) =>
  path === undefined ? [] : [{ name, start: () => open(path) }],
);
