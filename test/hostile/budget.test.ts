import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';
import type { Domain } from '../../functions/domain.ts';
import { domains } from '../../functions/domains.ts';
import { bodyLimits } from '../../functions/http/body-limits.ts';
import type { Route } from '../../functions/http/route.ts';
import { startApp } from '../support/app.ts';
import { httpNode } from '../support/lambda-node.ts';
import { tableEndpoint } from '../support/table.ts';
import { type Body, bomb, harmlessJson, hostileJson } from './bodies.ts';
import type { Asked, Cost } from './budget-process.ts';
import { placesIn } from './places.ts';

const MAX_CPU_MS = 1_000;
const MAX_RSS_MB = 256;
/** What the usual work took where the budget was set. */
const USUAL_MS = 15;
const { plain, unpacked } = bodyLimits({});

const bulk = domains.flatMap((domain) =>
  Object.values<Route>(domain.routes).flatMap((route) => {
    const { body, isPage, maxBodyBytes, method, path } = route;
    if (!body || isPage || maxBodyBytes !== undefined) return [];
    const isBulk = placesIn(body).some(({ kind }) => kind === 'array');
    return isBulk ? [{ name: `${method} ${path}`, domain, route, body }] : [];
  }),
);

interface Sent {
  readonly name: string;
  readonly content: string | Buffer;
}

function* worstBodies(schema: v.GenericSchema): Generator<Sent> {
  const isWorst = ({ name }: Body) =>
    /elements|zeros|nulls|empty|many|lists|deep|beyond|alone|instead|nobody|beside/.test(name);
  for (const body of hostileJson(schema, { atPlaces: 64 * 1024, most: plain }))
    if (isWorst(body) && Buffer.byteLength(body.text) > plain / 2) yield { name: body.name, content: body.text };
  yield { name: 'as much as may be packed', content: gzipSync(harmlessJson(schema, unpacked)) };
  yield { name: 'packed spaces, of the largest size', content: bomb(unpacked) };
  yield { name: 'a bomb of a gigabyte', content: bombOfMembers(1_024) };
}

/** A file of gzip may have many members: this one unpacks to so many MiB, and is made at once. */
const bombOfMembers = (mebibytes: number): Buffer => {
  const member = bomb(1_024 * 1_024);
  return Buffer.concat(Array.from({ length: mebibytes }, () => member));
};

const folder = mkdtempSync(join(tmpdir(), 'budget-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const connection = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** A function as Lambda starts it, with 512 MB, that tells what each request costs. */
const startFunction = async (domain: Domain) => {
  const app = await startApp(domain);
  const endpoint = tableEndpoint();
  const { QueueUrl = '' } = await new SQSClient({ endpoint, ...connection }).send(
    new CreateQueueCommand({ QueueName: `budget-${randomUUID()}` }),
  );
  const child = fork(join(import.meta.dirname, 'budget-process.ts'), {
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
  return { app, ask, stop: () => child.kill() };
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

describe.each(bulk)('$name', ({ domain, route, body }) => {
  test(`takes less than a second and ${MAX_RSS_MB} MB for the worst bodies`, { timeout: 300_000 }, async () => {
    const { app, ask, stop } = await startFunction(domain);
    const over: unknown[] = [];
    let worst = 0;
    let rss = 0;
    try {
      const { headers, ...asked } = askedOf(route, app);
      for (const { name, content } of worstBodies(body)) {
        const packed = typeof content === 'string' ? {} : { 'content-encoding': 'gzip' };
        const once = () => ask({ domain: domain.name, ...asked, headers: { ...headers, ...packed } }, content);
        let cost = await once();
        const allowed = () => MAX_CPU_MS * Math.max(1, cost.usualMs / USUAL_MS);
        // The first of its kind is compiled meanwhile.
        if (cost.cpuMs > allowed()) cost = await once();
        worst = Math.max(worst, cost.cpuMs);
        rss = cost.rssMb;
        if (cost.cpuMs > allowed() || cost.rssMb > MAX_RSS_MB || cost.status >= 500) over.push({ name, ...cost });
      }
    } finally {
      stop();
    }
    if (process.env.SHOW_BUDGET) console.log(route.path, Math.round(worst), Math.round(rss), over);
    expect(over).toEqual([]);
  });
});

test('there are routes that take many things at once', () => {
  expect(bulk.length).toBeGreaterThan(8);
});
