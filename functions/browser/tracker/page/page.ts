import { parseJson } from '../../shared/attempt.ts';
import type { Store } from '../../shared/store.ts';

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

/** The referrer of the first visit and that of the present one, which are noted if they are new. */
const referrers = (store: Store, here: Referrer): object => {
  const now = here.ts;
  const { first = here, last = here } = parseJson<Referrers>(store.get('r'), {});
  const present = now - last.ts < LAST_REFERRER_MS ? last : here;
  store.set('r', JSON.stringify({ first, last: { ...present, ts: now } }));
  return { first_referrer: first.value, first_page: first.first_page, last_referrer: present.value };
};

/**
 * The properties of `Active on Site`. Of the address, only the path and `utm_…`, without that of an address: queries hold
 * secrets.
 */
export const activity = (
  store: Store,
  href: string,
  referrer: string,
  ts: number,
): Readonly<Record<string, unknown>> => {
  const { origin, pathname, searchParams } = new URL(href);
  const page = origin + pathname;
  return {
    page,
    referrer,
    ...referrers(store, { ts, value: referrer, first_page: page }),
    ...Object.fromEntries([...searchParams].filter(([name]) => /^utm_(?!email$)/.test(name))),
  };
};
