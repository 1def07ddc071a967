import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import type { Account } from '../../../functions/model/account.ts';
import { consent } from '../../../functions/services/consent.ts';
import { forms as formsService } from '../../../functions/services/forms.ts';
import { onsite } from '../../../functions/services/onsite.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';
import { PICTURE, picture } from './samples.ts';

const SHOP = 'https://www.shop.example';
const SERVER = 'https://api.tributary.example';

type Ids = Readonly<Record<string, string>>;
type Texts = (ids: Ids, account: string) => string;

interface Settings {
  /** The versions of the live forms, by name. They are published in this order. */
  readonly forms: Readonly<Record<string, object>>;
  readonly account?: Partial<Account>;
  /** What is in the page; it may name the forms by their ids. */
  readonly html?: Texts;
  readonly tag?: Texts;
  /** The attributes of the root: language and direction. */
  readonly root?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly context?: BrowserContextOptions;
}

interface Sent {
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly attributes: any;
  readonly status: number;
}

/** All that a shop's page calls. */
const service = {
  ...formsService,
  routes: { ...profiles.routes, ...consent.routes, ...onsite.routes, ...formsService.routes },
};
const person = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
/** As the gateway adds it. */
const cors = { 'access-control-allow-origin': '*' };

export const trackerTag: Texts = (_, account) =>
  `<script async src="${SERVER}/onsite.js?company_id=${account}"></script>`;

/** The forms without the tracker. */
export const formsTag =
  (version: string): Texts =>
  (_, account) =>
    `<script async src="${SERVER}/onsite/${version}/forms.js" data-company-id="${account}"></script>`;

/** An account with live forms. */
const startServer = async ({ forms, account }: Settings) => {
  const app = await startApp(service, { lists: ['news'] });
  await changeAccount(app.account, { trackingConsent: 'assumed', ...account }, app.services);
  const ids: Record<string, string> = {};
  for (const [name, version] of Object.entries(forms)) {
    const attributes = { name, definition: { versions: [version] } };
    const { status, body } = await app.post('/api/forms', { data: { type: 'form', attributes } });
    if (status !== 201) throw new Error(JSON.stringify(body));
    const id = String(body.data.id);
    ids[name] = id;
    await app.post('/api/form-publish-jobs', {
      data: { type: 'form-publish-job', relationships: { form: { data: { type: 'form', id } } } },
    });
  }
  return { app, ids };
};

/** A shop at an origin of its own, whose pages have the script, and the server that answers it. */
export const openShop = async (browser: Browser, settings: Settings) => {
  const context = await browser.newContext({ userAgent: person, ...settings.context });
  const { app, ids } = await startServer(settings);
  const sent: Sent[] = [];
  const troubles: string[] = [];
  let isBroken = false;
  const html = (settings.html ?? (() => '<main><h1>Tea</h1><a href="/other">Other</a></main>'))(ids, app.account);
  const tag = (settings.tag ?? trackerTag)(ids, app.account);

  await context.route(`${SHOP}/**`, (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: { ...settings.headers },
      body: `<!doctype html><html ${settings.root ?? 'lang="en"'}><head><title>Shop</title>
<meta name="viewport" content="width=device-width">${tag}</head><body>${html}</body></html>`,
    }),
  );
  await context.route(PICTURE, (route) => route.fulfill({ contentType: 'image/svg+xml', body: picture }));
  await context.route(`${SERVER}/**`, async (route: Route) => {
    const request = route.request();
    const { pathname, search } = new URL(request.url());
    const body = request.postData() ?? undefined;
    if (isBroken && body) return route.abort();
    const answer = await app.send(request.method(), pathname + search, body, {
      ...(await request.allHeaders()),
      authorization: '',
      'accept-encoding': '',
    });
    if (body)
      sent.push({
        path: pathname.replace('/client/', ''),
        attributes: JSON.parse(body).data.attributes,
        status: answer.status,
      });
    await route.fulfill({ status: answer.status, headers: { ...answer.headers, ...cors }, body: answer.text });
  });

  return {
    ...app,
    context,
    ids,
    sent,
    /** What the console says. */
    troubles,
    shop: SHOP,
    server: SERVER,
    submissions: () => sent.filter(({ path }) => path === 'form-submissions').map(({ attributes }) => attributes),
    /** From now on the server cannot be reached by requests that change something. */
    breakNetwork: (isNowBroken: boolean) => {
      isBroken = isNowBroken;
    },
    open: async (path = '/'): Promise<Page> => {
      const page = await context.newPage();
      page.on('console', (message) => troubles.push(message.text()));
      page.on('pageerror', ({ message }) => troubles.push(message));
      await page.goto(SHOP + path);
      return page;
    },
    close: () => context.close(),
  };
};
