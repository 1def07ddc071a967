import { existsSync } from 'node:fs';

const places = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** Where a Firefox is, if there is one: FIREFOX names another. */
export const firefoxPath = (): string | undefined =>
  [process.env.FIREFOX, ...places].find((path) => path !== undefined && existsSync(path));
