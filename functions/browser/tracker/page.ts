import { parseJson } from '../shared/attempt.ts';
import type { Store } from '../shared/store.ts';

/** The last referrer stays the same for this long. */
const LAST_REFERRER_MS = 1_800_000;

interface Referrer {
  readonly ts: number;
  readonly value: string;
  readonly first_page: string;
}

interface Referrers {
  readonly first?: Referrer;
  readonly last?: Referrer;
}

const page = (): string => location.origin + location.pathname;

/** The referrer of the first visit and that of the present one, which are noted if they are new. */
const referrers = (store: Store, now: number): object => {
  const here: Referrer = { ts: now, value: document.referrer, first_page: page() };
  const { first = here, last = here } = parseJson<Referrers>(store.get('r'), {});
  const present = now - last.ts < LAST_REFERRER_MS ? last : here;
  store.set('r', JSON.stringify({ first, last: { ...present, ts: now } }));
  return { first_referrer: first.value, first_page: first.first_page, last_referrer: present.value };
};

/** The properties of `Active on Site`. Of the address, only the path and `utm_…`: queries hold secrets. */
export const activity = (store: Store, now: number): Readonly<Record<string, unknown>> => ({
  page: page(),
  referrer: document.referrer,
  ...referrers(store, now),
  ...Object.fromEntries([...new URLSearchParams(location.search)].filter(([name]) => name.startsWith('utm_'))),
});
