import { parseJson } from '../shared/json.ts';
import type { Store } from '../shared/store.ts';

/** The last referrer stays the same for this long. */
const LAST_REFERRER_MS = 1_800_000;

interface Referrer {
  readonly ts: number;
  readonly value: string;
  readonly first_page: string;
}

const page = (): string => location.origin + location.pathname;
const match = (names: string): string | undefined =>
  names.split(' ').find((name) => navigator.userAgent.includes(name));

/** The referrer of the first visit and that of the present one, which are noted if they are new. */
const referrers = (store: Store, now: number): object => {
  const here: Referrer = { ts: now, value: document.referrer, first_page: page() };
  const read = (key: string, maxAge: number): Referrer => {
    const known = parseJson(store.get(key), here);
    return now - known.ts < maxAge ? known : here;
  };
  const first = read('r', Number.POSITIVE_INFINITY);
  const last = read('l', LAST_REFERRER_MS);
  store.set('r', JSON.stringify(first));
  store.set('l', JSON.stringify({ ...last, ts: now }));
  return { first_referrer: first.value, first_page: first.first_page, last_referrer: last.value };
};

/** The properties of `Active on Site`. Of the address, only the path and `utm_…`: queries hold secrets. */
export const activity = (store: Store, now: number): Readonly<Record<string, unknown>> => ({
  page: page(),
  referrer: document.referrer,
  ...referrers(store, now),
  browser: match('Edg OPR SamsungBrowser Firefox Chrome Safari'),
  os: match('Android iPhone iPad Windows CrOS Mac Linux'),
  ...Object.fromEntries([...new URLSearchParams(location.search)].filter(([name]) => name.startsWith('utm_'))),
});

/** Calls back when a single-page application shows another path. */
export const onNavigation = (navigated: () => void): void => {
  let path = location.pathname;
  const check = (): void => {
    if (path === location.pathname) return;
    path = location.pathname;
    navigated();
  };
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = (...args) => {
      original.apply(history, args);
      check();
    };
  }
  addEventListener('popstate', check);
};
