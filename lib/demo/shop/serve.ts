import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import type { LocalStack } from '../../local/stack/stack-file.ts';
import { ensureForms } from './forms.ts';

const site = join(import.meta.dirname, 'site');
const files = ['index.html', 'product.html', 'cart.html', 'shop.css', 'shop.js'];
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

export interface Shop {
  readonly url: string;
  readonly close: () => void;
}

/** Serves the pages of a small shop, with the script of this deployment and its forms. Any free port if `port` is taken. */
export const serveShop = async (stack: LocalStack, port: number): Promise<Shop> => {
  const forms = await ensureForms(stack);
  const values = { ...forms, script: `${stack.apiUrl}/onsite.js?company_id=${stack.companyId}` };
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const name = path === '/' ? 'index.html' : path.slice(1);
    if (!files.includes(name)) {
      response.writeHead(404).end('Not a page of this shop.');
      return;
    }
    response.writeHead(200, { 'content-type': `${types[extname(name)]}; charset=utf-8` });
    response.end(fill(readFileSync(join(site, name), 'utf8'), values));
  });
  const listen = (wanted: number) => once(server.listen(wanted, '127.0.0.1'), 'listening');
  await listen(port).catch(() => listen(0));
  const address = server.address();
  return {
    url: `http://localhost:${typeof address === 'object' ? address?.port : port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** Puts values into a page. They are ids and an address of ours. */
const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => values[name] ?? '');
