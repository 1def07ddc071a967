import puppeteer from 'puppeteer-core';
import type { DrivenBrowser, DrivenPage } from './browser.ts';

/** The Firefox of the machine, over WebDriver BiDi: Playwright would need a build of its own. */
export const openFirefox = async (executablePath: string): Promise<DrivenBrowser> => {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
  return {
    async newProfile() {
      const context = await browser.createBrowserContext();
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
        cookies: async (url) =>
          (await context.cookies())
            .filter(({ domain }) => new URL(url).hostname.endsWith(domain.replace(/^\./, '')))
            .map(({ name, value, domain, secure, sameSite = '', expires }) => ({
              ...{ name, value, domain, secure, sameSite, expires },
            })),
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
};
