import { VIEW } from '../loader/call.ts';
import type { Handover } from '../loader/handover.ts';
import type { Config } from '../shared/config.ts';
import type { Internals } from '../shared/internals.ts';
import type { Methods, runLeft } from './calls.ts';
import { EXPLICIT } from './consent/consent.ts';
import { openForms } from './forms.ts';
import { activity } from './page/page.ts';
import { openTracker, type Tracker } from './tracker.ts';
import { openViewing, VIEWED_PRODUCT, type Viewing } from './viewing.ts';
import { readLink } from './visitor/links.ts';

const ACTIVE_ON_SITE = 'Active on Site';

/** Sends what waits as the page ends, or the network is back. */
const follow = ({ queue, isAllowed }: Tracker, viewing: Viewing): void => {
  const flush = (): void => {
    if (isAllowed()) queue.flush();
  };
  addEventListener('online', queue.resume);
  addEventListener('visibilitychange', flush);
  addEventListener('pagehide', () => {
    viewing.finish();
    if (isAllowed()) queue.finish();
  });
};

/**
 * Starts what needs the account's config, and returns the methods of the page's object. `left` runs what a loader left
 * behind: where there is none, its code is not there either.
 */
export const open = (
  config: Config,
  base: string,
  { api, append }: Pick<Handover, 'api' | 'append'>,
  left?: typeof runLeft,
): Methods => {
  const link = readLink();
  const tracker = openTracker(config, base);
  const { consent, cookie, local } = tracker;
  const viewing = openViewing(tracker);
  const forms = openForms(config, append);
  follow(tracker, viewing);
  api._ = Object.freeze({ ...tracker.internals, forms: forms.register } satisfies Internals);
  forms.load();
  const methods: Methods = {
    identify: ([attributes]) => tracker.identify(Object(attributes)),
    track: ([name, properties], made) =>
      (name === VIEWED_PRODUCT ? viewing.trackProduct : tracker.track.bind(0, name))(Object(properties), made),
    trackViewedItem: ([item]) => viewing.trackViewedItem(Object(item)),
    isIdentified: tracker.isIdentified,
    openForm: ([formId]) => forms.open(String(formId)),
    account: () => config.company,
    cookieDomain: ([domain]) => cookie.domain(domain ? String(domain) : undefined),
    consent: ([given]) => {
      if (given) consent.say(EXPLICIT, Object(given));
      return consent.current();
    },
    [VIEW]: ([href, referrer], made) => {
      viewing.reset();
      return tracker.track(ACTIVE_ON_SITE, activity(local, `${href}`, `${referrer}`, made.time), made);
    },
  };
  // What earlier pages left was before the link of this one.
  void tracker.run(async () => left?.(local, methods, cookie.jar.get()));
  if (link) void tracker.identify(link);
  return methods;
};
