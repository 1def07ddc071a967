import { once } from 'node:events';
import { createServer, ServerResponse } from 'node:http';
import { createProxyServer } from 'http-proxy-3';
import { serveReference } from '../../reference/serve.ts';

export interface ProxyOptions {
  readonly port: number;
  /** The API as the local cloud names it: `http://<id>.execute-api.localhost:4566`. */
  readonly api: string;
  readonly endpoint: string;
}

/**
 * An origin of the API's own. Its name below `localhost` doesn't resolve everywhere, and by Host alone the local cloud
 * would answer paths of its own, such as `/health`.
 */
export const startProxy = async ({ port, api, endpoint }: ProxyOptions): Promise<{ stop(): Promise<void> }> => {
  const { protocol, hostname, port: targetPort } = new URL(endpoint);
  const [id] = new URL(api).hostname.split('.');
  const proxy = createProxyServer({ target: { protocol, host: hostname, port: Number(targetPort) } });
  proxy.on('error', (_error, _request, response) => {
    if (response instanceof ServerResponse && !response.headersSent) response.writeHead(502);
    response.end();
  });
  const server = createServer((request, response) => {
    if (serveReference(request, response)) return;
    request.url = `/_aws/execute-api/${id}/$default${matchable(request.url)}`;
    proxy.web(request, response);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** API Gateway's greedy routes match a path that ends in a slash, which several clients send, or that holds a line break; the local cloud's do not. */
const matchable = (url = '/'): string => {
  const [path = '', ...query] = url.split('?');
  const matching = path.replace(/(?<=[^/])\/$/, '').replaceAll(/%(?=0[AD])/gi, '%25');
  return [matching, ...query].join('?');
};
