import { attempt } from '../../shared/attempt.ts';

const NAMES = ['_kx', '_ke', 'utm_email'];

/** What a link says about the visitor: `_kx`, or the legacy `_ke` and `utm_email`. They leave the address bar. */
export const readLink = (): object | undefined => {
  const url = new URL(location.href);
  const { searchParams } = url;
  const [kx, ke, email] = NAMES.map((name) => searchParams.get(name));
  // Otherwise the query stays as it is, to the letter.
  if (!NAMES.some((name) => searchParams.has(name))) return undefined;
  const claim = kx ? { _kx: kx } : ke ? readLegacy(ke) : email ? { email } : undefined;
  for (const name of NAMES) searchParams.delete(name);
  history.replaceState(history.state, '', url.href);
  return claim;
};

/** Base64 of JSON, or an e-mail address as it is. */
const readLegacy = (value: string): object =>
  attempt(() => {
    const { kl_email, kl_phone_number } = JSON.parse(atob(value));
    return { email: kl_email || undefined, phone_number: kl_phone_number || undefined };
  }) ?? { email: value };
