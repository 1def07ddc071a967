import { chromium } from 'playwright-core';
import type { DrivenBrowser, DrivenPage } from './browser.ts';

/** Robots are not tracked, and a headless browser says that it is one. */
const userAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

export const openChromium = async (executablePath: string): Promise<DrivenBrowser> => {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  return {
    async newProfile() {
      const context = await browser.newContext({ userAgent });
      return {
        async newPage(): Promise<DrivenPage> {
          const page = await context.newPage();
          return {
            goto: async (url) => void (await page.goto(url)),
            reload: async () => void (await page.reload()),
            evaluate: (expression) => page.evaluate(expression),
            close: () => page.close(),
          };
        },
        cookies: (url) => context.cookies(url),
        setOffline: (isOffline) => context.setOffline(isOffline),
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
};
