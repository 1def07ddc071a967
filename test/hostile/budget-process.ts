import { readFileSync } from 'node:fs';
import { serveHttp } from '../../functions/platform/http/serve.ts';
import { readEnv } from '../../functions/platform/resources/env.ts';
import { openServices } from '../../functions/platform/resources/services.ts';
import { allServices } from '../../functions/services.ts';
import { request } from '../bench/request.ts';
import { cpuOf } from '../support/processes/cpu.ts';

export interface Asked {
  readonly domain: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The file of the body. */
  readonly file: string;
}

export interface Cost {
  readonly status: number;
  readonly cpuMs: number;
  /** The peak memory of this process so far. */
  readonly rssMb: number;
  /**
   * The time of a reference workload: a slow machine takes longer for everything. Not measured after a cheap request.
   */
  readonly usualMs: number;
}

const { ENDPOINT: endpoint = '' } = process.env;
const services = openServices(readEnv(process.env), { endpoint, region: 'us-east-1' });
const handlers = new Map(allServices.map((service) => [service.name, serveHttp(service, () => services)]));
const CHEAP_MS = 500;
const usual = JSON.stringify(
  Array.from({ length: 20_000 }, (_, i) => ({ id: i, email: `p${i}@example.com`, tags: [i] })),
);

const serve = async ({ domain, method, path, query, headers, file }: Asked): Promise<Cost> => {
  const handle = handlers.get(domain);
  if (!handle) throw new Error(`There is no ${domain}.`);
  const empty = request(path, {});
  const { requestContext } = empty;
  const isText = headers['content-encoding'] === undefined;
  let status = 0;
  // As if the function had been idle: memory left by earlier requests does not count.
  globalThis.gc?.();
  const microseconds = await cpuOf(async () => {
    const event = {
      ...empty,
      rawQueryString: query,
      headers: { ...empty.headers, ...headers },
      requestContext: { ...requestContext, http: { ...requestContext.http, method } },
      body: readFileSync(file, isText ? 'utf8' : 'base64'),
      isBase64Encoded: !isText,
    };
    status = (await handle(event, {} as never)).statusCode ?? 0;
  }, 1);
  const cpuMs = microseconds / 1_000;
  const usualMs = cpuMs < CHEAP_MS ? 0 : (await cpuOf(() => JSON.stringify(JSON.parse(usual)), 2)) / 1_000;
  return { status, cpuMs, rssMb: process.resourceUsage().maxRSS / 1_024, usualMs };
};

process.on('message', async (asked: Asked) => {
  process.send?.(await serve(asked));
});
process.send?.('ready');
