import { once } from 'node:events';
import { createServer } from 'node:http';
import { inject } from 'vitest';

interface Options {
  /** Of every page. */
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the script's URL, such as `&alias=klaviyo`. */
  readonly query?: string;
}

/** The script's tag, as a shop pastes it. */
export const scriptTag = (query = ''): string => {
  const { apiUrl, companyId } = inject('stack');
  return `<script async src="${apiUrl}/onsite.js?company_id=${companyId}${query}"></script>`;
};

/** A page that tracks by itself, and tells the page around it. */
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
export const serveShop = async ({ html = '', headers = {}, query = '' }: Options = {}) => {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers });
    response.end(
      `<!doctype html><html lang="en"><title>${request.url}</title>${request.url?.startsWith('/plain') ? '' : scriptTag(query)}<main>${html}</main>${request.url?.startsWith('/framed') ? framed : ''}</html>`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    /** Another site than that of the API, which has an IP address. */
    origin: `http://localhost:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
