import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type * as v from 'valibot';
import { bodyLimits } from '../../functions/platform/http/body/limits.ts';
import { MAX_CONTAINERS } from '../../functions/platform/http/body/nesting.ts';
import type { Route } from '../../functions/platform/http/route.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { allServices } from '../../functions/services.ts';
import { startApp } from '../support/app.ts';
import { bundledProgram } from '../support/processes/bundled-program.ts';
import { httpNode } from '../support/processes/lambda-node.ts';
import { isFullSize } from '../support/size.ts';
import { tableEndpoint } from '../support/table.ts';
import { type Body, bomb, harmlessJson, hostileJson } from './bodies.ts';
import type { Asked, Cost } from './budget-process.ts';
import { placesIn } from './places.ts';

export const MAX_CPU_MS = 1_000;
/** Of the 512 MB that a function has. Here the process also reads and translates the sources. */
export const MAX_RSS_MB = 272;
/** The time of the reference workload on the machine that set the budget. */
const USUAL_MS = 15;
const { plain, unpacked } = bodyLimits({});

export interface BulkRoute {
  readonly route: Route;
  readonly body: v.GenericSchema;
}

/** The routes that take many entries at once, by their function. */
export const bulkRoutes = allServices.flatMap((service) => {
  const routes = Object.values<Route>(service.routes).flatMap((route): BulkRoute[] => {
    const { body, protocol, maxBodyBytes } = route;
    if (!body || protocol.name === 'page' || maxBodyBytes !== undefined) return [];
    return placesIn(body).some(({ kind }) => kind === 'array') ? [{ route, body }] : [];
  });
  return routes.length > 0 ? [{ name: service.name, service, routes }] : [];
});

interface Sent {
  readonly name: string;
  readonly content: string | Buffer;
}

/** The costliest body of each way to parse. A body without a schema costs the same at any route. */
const WORST_AT_PLACES = /^(good elements|as many empty objects as are read) at /;
const WORST_ALONE =
  /^(good elements|as many empty objects as are read|short objects|many members|members with lists|deep lists|long numbers|long fractions) alone/;
const ALSO_WORST = /elements|zeros|nulls|empty|short|many|lists|deep|beyond|alone|instead|nobody|beside/;

interface Choice {
  /** Every potentially costly body, at every route. */
  readonly isThorough: boolean;
  /** True if the route also receives bodies that cost the same at any route. */
  readonly isFirst: boolean;
}

function* worstBodies(schema: v.GenericSchema, { isThorough, isFirst }: Choice): Generator<Sent> {
  const isWorst = ({ name }: Body): boolean =>
    isThorough ? ALSO_WORST.test(name) : WORST_AT_PLACES.test(name) || (isFirst && WORST_ALONE.test(name));
  for (const body of hostileJson(schema, { atPlaces: 64 * 1024, most: plain }))
    if (isWorst(body) && Buffer.byteLength(body.text) > plain / 3) yield { name: body.name, content: body.text };
  if (!isThorough && !isFirst) return;
  yield { name: 'as much as may be packed', content: gzipSync(harmlessJson(schema, unpacked)) };
  yield { name: 'short objects, packed', content: gzipSync(`[${'{"a":0},'.repeat(MAX_CONTAINERS - 2)}0]`) };
  yield { name: 'packed spaces, of the largest size', content: bomb(unpacked) };
  yield { name: 'a bomb of a gigabyte', content: bombOfMembers(1_024) };
}

/** A gzip file may have many members: this one unpacks to this many MiB, and is made quickly. */
const bombOfMembers = (mebibytes: number): Buffer => {
  const member = bomb(1_024 * 1_024);
  return Buffer.concat(Array.from({ length: mebibytes }, () => member));
};

const connection = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** A function as started by Lambda, with 512 MB, that reports the cost of each request. */
const startFunction = async (service: ServiceDeclaration) => {
  const app = await startApp(service);
  const endpoint = tableEndpoint();
  const folder = mkdtempSync(join(tmpdir(), 'budget-'));
  const { QueueUrl = '' } = await new SQSClient({ endpoint, ...connection }).send(
    new CreateQueueCommand({ QueueName: `budget-${randomUUID()}` }),
  );
  const child = fork(await bundledProgram('test/hostile/budget-process.ts'), {
    execArgv: httpNode.execArgv,
    env: {
      ...process.env,
      ...httpNode.env,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: 'us-east-1',
      ENDPOINT: endpoint,
      TABLE_NAME: app.tableName,
      QUEUE_URL: QueueUrl,
      LOG_LEVEL: 'error',
    },
  });
  await once(child, 'message');
  const ask = async (asked: Omit<Asked, 'file'>, content: Sent['content']): Promise<Cost> => {
    const file = join(folder, randomUUID());
    writeFileSync(file, content);
    child.send({ ...asked, file });
    const { promise, resolve, reject } = Promise.withResolvers<Cost>();
    const ended = () => reject(new Error('The process ended.'));
    child.once('message', resolve).once('exit', ended);
    const cost = await promise.finally(() => child.off('message', resolve).off('exit', ended));
    rmSync(file);
    return cost;
  };
  const stop = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { app, ask, stop };
};

const askedOf = ({ method, path, scope }: Route, app: { readonly account: string; readonly key: string }) => {
  const isPublic = scope === 'public';
  return {
    method,
    path: path.replaceAll(/\{\w+\}/g, 'nobody'),
    query: isPublic ? `company_id=${app.account}` : '',
    headers: { authorization: isPublic ? '' : `Klaviyo-API-Key ${app.key}` },
  };
};

export interface Spent extends Cost {
  readonly route: string;
  readonly name: string;
  readonly isOver: boolean;
}

/** The cost of the worst bodies for one function, one after another in one process. */
export const spendOf = async (
  { service, routes }: (typeof bulkRoutes)[number],
  { isThorough }: Pick<Choice, 'isThorough'>,
): Promise<readonly Spent[]> => {
  const { app, ask, stop } = await startFunction(service);
  const spent: Spent[] = [];
  // All functions parse these bodies by the same code, before they know the route.
  const isOfAll = isFullSize || service === bulkRoutes[0]?.service;
  try {
    for (const [i, { route, body }] of routes.entries()) {
      const { headers, ...asked } = askedOf(route, app);
      for (const { name, content } of worstBodies(body, { isThorough, isFirst: i === 0 && isOfAll })) {
        const packed = typeof content === 'string' ? {} : { 'content-encoding': 'gzip' };
        const once = () => ask({ domain: service.name, ...asked, headers: { ...headers, ...packed } }, content);
        const allowed = (usualMs: number) => MAX_CPU_MS * Math.max(1, usualMs / USUAL_MS);
        let cost = await once();
        // The first of its kind compiles code.
        if (cost.cpuMs > allowed(cost.usualMs)) cost = await once();
        const isOver = cost.cpuMs > allowed(cost.usualMs) || cost.rssMb > MAX_RSS_MB || cost.status >= 500;
        spent.push({ route: `${route.method} ${route.path}`, name, ...cost, isOver });
      }
    }
  } finally {
    stop();
  }
  return spent;
};
