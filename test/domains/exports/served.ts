import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Shop } from './shop.ts';

/** What a server does with a request, before the shop sees it. */
export type Fault = 'none' | 'cut' | 'cut-answer' | { readonly status: number; readonly retryAfter?: string };

interface Work {
  readonly workOff?: (job: string) => Promise<void>;
  readonly drain?: () => Promise<unknown>;
}

/** A shop's API by HTTP, as another machine sees it. Imports whose file has arrived are worked off when asked for. */
export const serve = async (
  shop: Pick<Shop, 'send' | 'key'>,
  faultOf: (request: IncomingMessage) => Fault = () => 'none',
  { workOff = async () => {}, drain = async () => {} }: Work = {},
) => {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    requests.push(`${method} ${url}`);
    const body = await text(request);
    const fault = faultOf(request);
    if (fault === 'cut') return request.socket.destroy();
    if (typeof fault === 'object') {
      response.writeHead(fault.status, fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter });
      return response.end('{"errors":[{"detail":"Later."}]}');
    }
    const [, path, job] = /^\/api\/(import|catalog-\w+-bulk-\w+)-jobs\/([^/?]+)$/.exec(url) ?? [];
    if (path === 'import' && job !== undefined) await workOff(job);
    else if (path !== undefined) await drain();
    const { authorization = '' } = headers;
    const answer = await shop.send(method, url, body === '' ? undefined : JSON.parse(body), { authorization });
    if (fault === 'cut-answer') return request.socket.destroy();
    response.writeHead(answer.status, { ...answer.headers });
    return response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, key: shop.key, requests, close: () => server.close() };
};

/** Serves a shop that also imports. */
export const serveShop = (shop: Shop, faultOf?: (request: IncomingMessage) => Fault) =>
  serve(shop, faultOf, { workOff: (job) => workOffImport(shop, job), drain: () => shop.drain() });

const workOffImport = async (shop: Shop, id: string): Promise<void> => {
  const { attributes } = (await shop.get(`/api/import-jobs/${id}`)).body.data;
  if (attributes.status !== 'waiting_for_upload' || !(await shop.files.head(attributes.key))) return;
  await shop.deliver(await shop.notice(attributes.key));
  await shop.drain();
};
