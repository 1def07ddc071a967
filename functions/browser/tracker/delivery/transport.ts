import type { Reply } from './delivery.ts';

const TIMEOUT_MS = 20_000;
/** Browsers give all requests that outlive their page 64 KiB together. */
const MAX_KEEPALIVE = 60_000;

/**
 * Posts to the account's routes. The requests are simple in the words of CORS: a text is `text/plain` by itself, so no
 * browser asks first; they carry no
 * cookies, and small ones outlive the page. Never rejects.
 */
export const openTransport =
  (base: string, company: string) =>
  async (path: string, body: string): Promise<Reply> => {
    const url = `${base}/client/${path}?company_id=${company}&onsite=true`;
    try {
      const response = await fetch(url, {
        method: 'POST',
        credentials: 'omit',
        body,
        keepalive: new Blob([body]).size < MAX_KEEPALIVE,
        // Browsers without it wait as long as they like.
        signal: AbortSignal.timeout?.(TIMEOUT_MS),
      });
      const { status, headers } = response;
      const retryAfterMs = Number(headers.get('retry-after')) * 1_000 || undefined;
      // Most replies have no body.
      const { meta } = await response.json().catch(() => ({}));
      return { status, retryAfterMs, meta };
    } catch {
      return { status: 0 };
    }
  };

/** Asks the server to set the cookie, which then lasts longer in Safari. */
export const postCookie = (base: string, company: string, body: object): void => {
  void fetch(`${base}/client/visitor?company_id=${company}`, {
    method: 'POST',
    credentials: 'include',
    mode: 'no-cors',
    keepalive: true,
    body: JSON.stringify(body),
  }).catch(() => undefined);
};
