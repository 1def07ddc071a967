import type { Config } from '../shared/config.ts';
import type { Internals } from '../shared/internals.ts';
import { onNavigation } from '../shared/navigation.ts';
import { baseOf, readTag } from '../shared/tag.ts';
import { addMethods, type Methods, takeOver } from './api.ts';
import { openForms } from './forms.ts';
import { readLink } from './links.ts';
import { activity } from './page.ts';
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
  const response = await fetch(`${base}/client/onsite?company_id=${company}`, {
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

/** Starts what needs the account's config, and returns the methods of the page's object. */
const open = (config: Config, base: string, nonce: string): Methods => {
  const link = readLink();
  const tracker = openTracker(config, base);
  const { consent, cookie } = tracker;
  const viewing = openViewing(tracker);
  const forms = openForms(base, config, nonce);
  if (link) void tracker.identify(link);
  follow(tracker, viewing);
  forms.load();
  api._ = Object.freeze({ ...tracker.internals, forms: forms.register } satisfies Internals);
  return {
    identify: (attributes) => tracker.identify(Object(attributes)),
    track: (name, properties) =>
      name === VIEWED_PRODUCT ? viewing.trackProduct(Object(properties)) : tracker.track(name, Object(properties)),
    trackViewedItem: (item) => viewing.trackViewedItem(Object(item)),
    isIdentified: tracker.isIdentified,
    openForm: (formId) => forms.open(String(formId)),
    account: () => config.company,
    cookieDomain: (domain) => cookie.domain(domain ? String(domain) : undefined),
    consent: (given) => {
      if (given) consent.say('explicit', Object(given));
      return consent.current();
    },
  };
};

const api: Record<string, unknown> = {};

const start = (script: HTMLScriptElement): void => {
  const tag = readTag(script);
  const given = window.__tributary;
  const base = baseOf(tag, given?.path);
  const ready = (given ? Promise.resolve(given) : loadConfig(base, tag.company)).then((config) =>
    open(config, base, script.nonce),
  );
  const push = addMethods(api, ready);
  const isAlias = tag.alias === 'klaviyo';
  for (const name of ['tributary', ...(isAlias ? ['klaviyo'] : [])]) takeOver(name, push, api);
  // Without the alias, these may be Klaviyo's own.
  for (const name of ['_tributary', ...(isAlias ? ['_klOnsite', '_learnq'] : [])]) takeOver(name, push);
};

const script = document.currentScript;
// A page may have the tag twice. The stub answers with a function, whatever it is asked for.
if (script instanceof HTMLScriptElement && !window.tributary?._?.config) start(script);
