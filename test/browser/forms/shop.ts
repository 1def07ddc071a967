import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import * as v from 'valibot';
import type { Config } from '../../../functions/browser/shared/config.ts';
import { toStored } from '../../../functions/domains/forms/definition/stored.ts';
import { Version } from '../../../functions/domains/forms/definition/version.ts';
import { buildScripts } from '../../../lib/onsite/build-scripts.ts';

import { PICTURE, picture } from './samples.ts';

const SHOP = 'http://shop.localhost';
const SERVER = 'http://api.localhost';
const COMPANY = 'ABC123';

interface Settings {
  /** The versions of the live forms, by form id. */
  readonly forms: Readonly<Record<string, object>>;
  /** What is in the page, with the language and direction of the page. */
  readonly html?: string;
  readonly root?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly config?: Partial<Config>;
  readonly tag?: string;
  readonly context?: BrowserContextOptions;
}

interface Sent {
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly attributes: any;
}

const scripts = buildScripts();
const cors = { 'access-control-allow-origin': '*' };
const trackerTag = `<script async src="${SERVER}/onsite.js?company_id=${COMPANY}"></script>`;

const liveForms = (forms: Settings['forms']) =>
  Promise.all(
    Object.entries(forms).map(async ([id, version]) => {
      const definition = await toStored(v.parse(Version, version));
      return { id, version_id: `${id}-1`, name: id, type: definition.type, definition };
    }),
  );

/** A shop at an origin of its own, whose pages have the script. */
export const openShop = async (browser: Browser, { forms, ...settings }: Settings) => {
  const context = await browser.newContext(settings.context ?? {});
  const sent: Sent[] = [];
  const data = await liveForms(forms);
  const config = {
    company: COMPANY,
    path: '/onsite.js',
    consent: 'assumed',
    tracking: true,
    backfill: false,
    httpCookie: false,
    forms: { path: '/onsite/1/forms.js', integrity: scripts.forms?.integrity ?? '' },
    ...settings.config,
  } as const;
  let answer = (_: Sent): { readonly status: number; readonly body?: object } | undefined => undefined;

  await context.route(`${SHOP}/**`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { ...settings.headers },
      body: `<!doctype html><html ${settings.root ?? 'lang="en"'}><head><title>Shop</title><meta name="viewport" content="width=device-width">
${settings.tag ?? trackerTag}</head><body>${settings.html ?? '<main><h1>Tea</h1><a href="/other">Other</a></main>'}</body></html>`,
    }),
  );
  await context.route(PICTURE, (route) => route.fulfill({ contentType: 'image/svg+xml', body: picture }));
  await context.route(`${SERVER}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    const script = (text = '') => route.fulfill({ contentType: 'text/javascript', headers: cors, body: text });
    if (pathname === '/onsite.js')
      return script(`window.__tributary=${JSON.stringify(config)};${scripts.tracker.text}`);
    if (pathname.endsWith('/forms.js')) return script(scripts.forms?.text);
    if (pathname === '/client/forms') return route.fulfill({ headers: cors, json: { data } });
    const one = {
      path: pathname.replace('/client/', ''),
      attributes: JSON.parse(route.request().postData() ?? '{}').data?.attributes,
    };
    sent.push(one);
    const { status, body } = answer(one) ?? { status: 202 };
    return route.fulfill({ status, headers: cors, json: body ?? { meta: { exchange_id: 'token-1' } } });
  });

  return {
    context,
    sent,
    submissions: () => sent.filter(({ path }) => path === 'form-submissions').map(({ attributes }) => attributes),
    /** How the server answers from now on: undefined means 202. */
    answerBy: (next: typeof answer) => {
      answer = next;
    },
    open: async (path = '/'): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(SHOP + path);
      return page;
    },
    close: () => context.close(),
  };
};
