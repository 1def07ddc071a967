import type { Config } from '../shared/config.ts';
import type { Internals } from '../shared/internals.ts';
import { baseOf, readTag } from '../shared/tag.ts';
import { addMethods, takeOver, toObject } from './api.ts';
import { openForms } from './forms.ts';
import { readLink } from './links.ts';
import { activity, onNavigation } from './page.ts';
import { openTracker, type Tracker } from './tracker.ts';
import { openViewing, VIEWED_PRODUCT, type Viewing } from './viewing.ts';

declare global {
  interface Window {
    tributary?: { readonly _?: Internals };
    __tributary?: Config;
  }
}

const ACTIVE_ON_SITE = 'Active on Site';

const loadConfig = async (base: string, company: string): Promise<Config> => {
  const response = await fetch(`${base}/client/onsite?company_id=${encodeURIComponent(company)}`, {
    credentials: 'omit',
  });
  return response.json();
};

/** What the page notices by itself. */
const follow = ({ track, queue, local, isAllowed }: Tracker, viewing: Viewing): void => {
  const activate = (): void => {
    void track(ACTIVE_ON_SITE, activity(local, Date.now()));
  };
  const show = (): void => {
    viewing.reset();
    activate();
  };
  const flush = (): void => {
    if (isAllowed()) queue.flush();
  };
  activate();
  onNavigation(show);
  addEventListener('online', queue.resume);
  addEventListener('visibilitychange', flush);
  addEventListener('pagehide', () => {
    viewing.finish();
    if (isAllowed()) queue.finish();
  });
  // The page comes back from the back/forward cache: for the visitor it is loaded again.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) show();
  });
};

/** Starts what needs the account's config. */
const open = (config: Config, base: string, nonce: string) => {
  const link = readLink();
  const tracker = openTracker(config, base);
  const viewing = openViewing(tracker);
  const forms = openForms(base, config, nonce);
  if (link) void tracker.identify(link);
  follow(tracker, viewing);
  forms.load();
  Reflect.set(api, '_', Object.freeze({ ...tracker.internals, forms: forms.register } satisfies Internals));
  return { ...tracker, ...viewing, openForm: forms.open };
};

const api: Record<string, unknown> = {};

const start = (script: HTMLScriptElement): void => {
  const tag = readTag(script);
  const given = window.__tributary;
  const base = baseOf(tag, given?.path);
  const ready = (given ? Promise.resolve(given) : loadConfig(base, tag.company)).then((config) =>
    open(config, base, script.nonce),
  );
  const push = addMethods(api, {
    identify: async (attributes) => (await ready).identify(toObject(attributes)),
    track: async (name, properties) => {
      const { track, trackProduct } = await ready;
      return name === VIEWED_PRODUCT ? trackProduct({ ...toObject(properties) }) : track(name, toObject(properties));
    },
    trackViewedItem: async (item) => (await ready).trackViewedItem(toObject(item)),
    isIdentified: async () => (await ready).isIdentified(),
    openForm: async (formId) => (await ready).openForm(String(formId)),
    account: async () => (await ready).config.company,
    cookieDomain: async (domain) => (await ready).cookie.domain(domain === undefined ? undefined : String(domain)),
    consent: async (given) => {
      const { consent } = await ready;
      if (given) consent.say('explicit', toObject(given));
      return consent.current();
    },
  });
  takeOver('tributary', push, api);
  takeOver('_tributary', push);
  if (tag.alias === 'klaviyo') {
    takeOver('klaviyo', push, api);
    takeOver('_klOnsite', push);
    takeOver('_learnq', push);
  }
};

const script = document.currentScript ?? document.querySelector('script[data-company-id],script[src*="company_id="]');
// A page may have the tag twice.
if (script instanceof HTMLScriptElement && !window.tributary?._) start(script);
