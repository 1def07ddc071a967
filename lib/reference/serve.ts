import type { IncomingMessage, ServerResponse } from 'node:http';
import { policy, referenceFiles } from './page.ts';

/** Serves the API reference below `/docs`. Returns false for other requests. */
export const serveReference = ({ method, url = '/' }: IncomingMessage, response: ServerResponse): boolean => {
  const [path = ''] = url.split('?');
  if (!/^\/docs(\/|$)/.test(path) || (method !== 'GET' && method !== 'HEAD')) return false;
  if (path === '/docs') {
    response.writeHead(308, { location: '/docs/' }).end();
    return true;
  }
  const name = path.slice('/docs/'.length) || 'index.html';
  const files = referenceFiles({ url: '/openapi.json' });
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (!file) return false;
  response.writeHead(200, {
    'content-type': file.type,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  });
  response.end(method === 'HEAD' ? undefined : file.content);
  return true;
};
