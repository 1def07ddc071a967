import { existsSync } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is, if there is one: CHROMIUM names another. */
export const chromiumPath = (): string | undefined => firstOf([process.env.CHROMIUM, ...places]);

/** The same browser without a window, if there is one: a page takes a third of the processor time. It keeps no pages to go back to. */
export const chromiumShellPath = (): string | undefined =>
  firstOf([process.env.CHROMIUM, '/usr/bin/chromium-headless-shell', ...places]);

const firstOf = (paths: readonly (string | undefined)[]): string | undefined =>
  paths.find((path) => path !== undefined && existsSync(path));
