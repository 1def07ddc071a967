import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { loaderSettings } from '../../../functions/api/onsite/config.ts';
import type { Config } from '../../../functions/browser/shared/config.ts';
import { buildScripts } from '../../../lib/onsite/build-scripts.ts';

/** The shop and the server are at different origins, as they mostly are. */
const SHOP = 'https://www.shop.example';
const SERVER = 'https://api.tributary.example';

/** A request of the script. */
export interface Sent {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Answer {
  /** 0: the network is away. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

interface Settings {
  readonly config?: Partial<Config>;
  readonly html?: string;
  /** Headers of the shop's pages, such as its Content Security Policy. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tag?: string;
  readonly context?: BrowserContextOptions;
}

/** Built once for all tests of a file. */
let built: ReturnType<typeof buildScripts> | undefined;
export const scripts = (): ReturnType<typeof buildScripts> => {
  built ??= buildScripts();
  return built;
};

/** The loader, or the tracker that it loads, for this account. */
const accountScript = (config: Config, { search, searchParams }: URL): string => {
  const { loader, tracker } = scripts();
  if (searchParams.has('v')) return `window.__tributary=${JSON.stringify(config)};${tracker.text}`;
  const alias = searchParams.get('alias') ?? undefined;
  const settings = loaderSettings(config, { tracker: `onsite.js${search}&v=1`, alias });
  return `window.__tb=${JSON.stringify(settings)};${loader.text}`;
};

const account: Config = {
  company: 'ABC123',
  path: '/onsite.js',
  consent: 'assumed',
  tracking: true,
  backfill: true,
  httpCookie: false,
};

const cors = { 'access-control-allow-origin': '*' };

/** The tag as a shop pastes it. */
export const tagOf = (query = ''): string =>
  `<script async src="${SERVER}/onsite.js?company_id=${account.company}${query}"></script>`;

/** A shop with the tag on all its pages, and a server that records what it gets. The network is the browser's own. */
export const openShop = async (browser: Browser, settings: Settings = {}) => {
  const context: BrowserContext = await browser.newContext(settings.context ?? {});
  const sent: Sent[] = [];
  const config = { ...account, ...settings.config };
  const tag = settings.tag ?? tagOf();
  const trackers: string[] = [];
  let arrival = Promise.resolve(true);
  let answer: (request: Sent) => Answer | undefined = identityOf;

  await context.route(`${SHOP}/**`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { ...settings.headers },
      body: `<!doctype html><title>Shop</title>${tag}${settings.html ?? ''}<a href="/other">other</a>`,
    }),
  );
  await context.route(`${SERVER}/**`, async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    const { pathname } = url;
    if (pathname === '/onsite.js') {
      if (url.searchParams.has('v')) {
        trackers.push(url.search);
        if (!(await arrival)) return route.abort();
      }
      return route.fulfill({ contentType: 'text/javascript', body: accountScript(config, url) });
    }
    if (pathname.endsWith('/tracker.js'))
      return route.fulfill({ contentType: 'text/javascript', body: scripts().standalone.text });
    if (pathname === '/client/onsite') return route.fulfill({ headers: cors, json: config });
    const one = {
      path: pathname.replace('/client/', ''),
      body: request.postData() ?? '',
      headers: await request.allHeaders(),
    };
    sent.push(one);
    const { status, headers, body } = answer(one) ?? { status: 202 };
    if (status === 0) return route.abort();
    await route.fulfill({ status, headers: { ...cors, ...headers }, ...(body ? { json: body } : { body: '' }) });
  });

  return {
    context,
    sent,
    shop: SHOP,
    server: SERVER,
    events: () => sent.flatMap(eventsIn),
    /** The requests for the tracker. */
    trackers,
    /** From now on the tracker comes when this resolves, or never, with false. */
    delayTracker: (until: Promise<boolean>) => {
      arrival = until;
    },
    /** How the server answers from now on: undefined means as usual. */
    answerBy: (next: (request: Sent) => Answer | undefined) => {
      answer = (request) => next(request) ?? identityOf(request);
    },
    open: async (path = '/'): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(SHOP + path);
      return page;
    },
    cookie: async () => (await context.cookies()).find(({ name }) => name === '__tb_id'),
    close: () => context.close(),
  };
};

/** Tokens say who they are for, so that tests see to whom events go. */
const identityOf = ({ path, body }: Sent): Answer | undefined => {
  if (path !== 'profiles') return undefined;
  const { email, _kx } = JSON.parse(body).data.attributes;
  const exchange_id = email ? `token-${email}` : _kx;
  return { status: 202, body: { meta: { exchange_id, should_clear_cookie: Boolean(_kx && exchange_id !== _kx) } } };
};

interface SentEvent {
  readonly name: string;
  readonly token: string | undefined;
  readonly isBackfill: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly time: string;
  readonly uniqueId: string;
}

/** An event on the wire. */
interface WireEvent {
  readonly metric: { readonly data: { readonly attributes: { readonly name: string } } };
  readonly properties: SentEvent['properties'];
  readonly time: string;
  readonly unique_id: string;
}

/** The events of a request, single or in bulk. */
const eventsIn = ({ path, body }: Sent): SentEvent[] => {
  if (!path.startsWith('event')) return [];
  const { attributes } = JSON.parse(body).data;
  const list: { readonly attributes: WireEvent }[] = attributes.events?.data ?? [{ attributes }];
  return list.map(({ attributes: { metric, properties, time, unique_id } }) => ({
    name: metric.data.attributes.name,
    token: attributes.profile.data.attributes._kx,
    isBackfill: attributes.backfill === true,
    properties,
    time,
    uniqueId: unique_id,
  }));
};
