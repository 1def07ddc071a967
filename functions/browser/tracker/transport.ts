import type { Reply } from './delivery.ts';

const TIMEOUT_MS = 20_000;
/** Browsers give all requests that outlive their page 64 KiB together. */
const MAX_KEEPALIVE = 60_000;

/**
 * Posts to the account's routes. The requests are simple in the words of CORS, so no browser asks first; they carry no
 * cookies, and small ones outlive the page. Never rejects.
 */
export const openTransport =
  (base: string, company: string) =>
  async (path: string, body: string): Promise<Reply> => {
    const url = `${base}/client/${path}?company_id=${encodeURIComponent(company)}&onsite=true`;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        credentials: 'omit',
        body,
        keepalive: new Blob([body]).size < MAX_KEEPALIVE,
        signal: controller.signal,
      });
      const { status, headers } = response;
      const retryAfterMs = Number(headers.get('retry-after')) * 1_000 || undefined;
      const meta = path === 'profiles' && response.ok ? await response.json().then(metaOf, () => undefined) : undefined;
      return { status, retryAfterMs, meta };
    } catch {
      return { status: 0 };
    } finally {
      clearTimeout(timer);
    }
  };

const metaOf = (document: { readonly meta?: Reply['meta'] }): Reply['meta'] => document.meta;

/** Asks the server to set the cookie, which then lasts longer in Safari. */
export const postCookie = (base: string, company: string, body: object): void => {
  void fetch(`${base}/client/visitor?company_id=${encodeURIComponent(company)}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    credentials: 'include',
    mode: 'no-cors',
    keepalive: true,
    body: JSON.stringify(body),
  }).catch(() => undefined);
};
