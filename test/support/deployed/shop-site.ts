import { once } from 'node:events';
import { createServer } from 'node:http';
import { inject } from 'vitest';

interface Options {
  /** Of every page. */
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the script's URL, such as `&alias=klaviyo`. */
  readonly query?: string;
  /** The name of the shop's host. @default localhost: another site than that of the API, which has an IP address */
  readonly host?: string;
  /** The URL of the API as the page names it. */
  readonly api?: string;
}

/** The script's tag, as a shop pastes it. */
export const scriptTag = (query = '', api = inject('stack').apiUrl): string =>
  `<script async src="${api}/onsite.js?company_id=${inject('stack').companyId}${query}"></script>`;

/** A page that tracks by itself, and tells the page around it. */
const away = '<script>setTimeout(() => history.back(), 500)</script>';

const framed = `<script>
const wait = setInterval(async () => {
  if (!window.tributary || !tributary._) return;
  clearInterval(wait);
  tributary.consent({ analytics: true, marketing: true });
  await tributary.identify({ email: new URLSearchParams(location.search).get('email') });
  await tributary.track('Viewed Page', { n: 1 });
  parent.postMessage('done', '*');
}, 50);
</script>`;

/** A shop at an origin of its own: each page has the script of the deployed stack. */
export const serveShop = async ({
  html = '',
  headers = {},
  query = '',
  host = 'localhost',
  api = inject('stack').apiUrl,
}: Options = {}) => {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers });
    response.end(
      `<!doctype html><html lang="en"><title>${request.url}</title>${request.url?.startsWith('/plain') ? '' : scriptTag(query, api)}<main>${html}</main>${request.url?.startsWith('/framed') ? framed : ''}${request.url?.startsWith('/plain/away') ? away : ''}</html>`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    origin: `http://${host}:${port}`,
    api,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
