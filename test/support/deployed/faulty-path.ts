import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { openProxy } from '../servers/proxy.ts';

/** What happens to a request on its way. `lost`: it arrives, and its response does not. */
export type PathFault = 'busy' | 'unavailable' | 'cut' | 'lost' | 'none';

/** Own headers of each connection. */
const HOP_BY_HOP = new Set(['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding']);

/** A proxy before a server, which does to each request what is next. Counts what it did. */
export const openFaultyPath = async (target: string, nextFault: () => PathFault) => {
  const counts: Record<PathFault, number> = { busy: 0, unavailable: 0, cut: 0, lost: 0, none: 0 };
  const refuse = (response: ServerResponse, status: number): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' });
    response.end('{"success":false,"code":"busy","message":"Try again."}');
  };
  const pass = async (request: IncomingMessage): Promise<Response> => {
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      HOP_BY_HOP.has(name) || typeof value !== 'string' ? [] : [[name, value] as [string, string]],
    );
    const body = await buffer(request);
    return fetch(`${target}${request.url}`, { method: request.method ?? 'POST', headers, body });
  };
  const proxy = await openProxy(async (request, response, isOn) => {
    const fault = isOn ? nextFault() : 'none';
    counts[fault] += 1;
    if (fault === 'busy') return refuse(response, 429);
    if (fault === 'unavailable') return refuse(response, 503);
    if (fault === 'cut') throw new Error('The connection is cut.');
    const answer = await pass(request);
    const body = Buffer.from(await answer.arrayBuffer());
    if (fault === 'lost') throw new Error('The response is lost.');
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
    response.end(body);
  });
  return { ...proxy, counts };
};
