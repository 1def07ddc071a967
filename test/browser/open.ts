import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { startPages } from '../api/pages/visit.ts';
import { chromiumShellPath } from '../support/browsers/chromium-path.ts';

export const openBrowser = async (): Promise<Browser> => {
  const executablePath = chromiumShellPath();
  if (!executablePath) throw new Error('There is no Chromium. On Debian and Ubuntu: sudo apt-get install chromium');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
};

type Site = Awaited<ReturnType<typeof serveSite>>;

/** The pages of a shop at an origin of their own. */
export const serveSite = async (settings: Parameters<typeof startPages>[0] = {}) =>
  serveApp(await startPages(settings));

/** Serves an app to browsers. */
export const serveApp = async <App extends Pick<Awaited<ReturnType<typeof startPages>>, 'send'>>(app: App) => {
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    const { host: _, ...headers } = Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, String(v)]));
    const body = method === 'POST' ? await text(request) : undefined;
    const answer = await app.send(method, url, body, headers);
    response.writeHead(answer.status, answer.headers);
    response.end(typeof answer.body === 'object' ? JSON.stringify(answer.body) : answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    ...app,
    origin,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** A tab, and its errors: all console messages, and requests to other hosts. */
export const openTab = async (
  browser: Browser,
  { origin }: Pick<Site, 'origin'>,
  options: BrowserContextOptions = {},
) => {
  const context = await browser.newContext({ baseURL: origin, ...options });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => troubles.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) troubles.push(request.url());
  });
  return { page, troubles, cookies: () => context.cookies(), close: () => context.close() };
};

/** The violations that axe finds, as text. */
export const wrongIn = async (page: Page): Promise<string[]> => {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const found = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  return (found as axe.AxeResults).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
};
