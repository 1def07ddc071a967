import { once } from 'node:events';
import { createServer, ServerResponse } from 'node:http';
import { createProxyServer } from 'http-proxy-3';
import { serveReference } from '../../reference/serve.ts';

export interface ProxyOptions {
  readonly port: number;
  /** The address of the API in the local cloud: `http://<id>.execute-api.localhost:4566`. */
  readonly api: string;
  readonly endpoint: string;
}

/**
 * Serves the API at its own origin. Some systems do not resolve its name below `localhost`, and with the Host header
 * alone the local cloud would answer paths such as `/health` itself.
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
    request.url = `/_aws/execute-api/${id}/$default${toMatchable(request.url)}`;
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

/**
 * Rewrites a path for the local cloud, whose greedy routes do not match a final slash, which several clients send, or a
 * line break. Those of API Gateway do.
 */
const toMatchable = (url = '/'): string => {
  const [path = '', ...query] = url.split('?');
  const matchable = path.replace(/(?<=[^/])\/$/, '').replaceAll(/%(?=0[AD])/gi, '%25');
  return [matchable, ...query].join('?');
};
