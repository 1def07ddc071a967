import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAccount, createKey } from '../../../functions/accounts/actions.ts';
import { openServices } from '../../../functions/context.ts';
import { events } from '../../../functions/events/index.ts';
import { meetMetrics } from '../../../functions/events/known-metrics.ts';
import { metricIdOf } from '../../../functions/events/metric.ts';
import { serveHttp } from '../../../functions/http/serve.ts';
import { profiles } from '../../../functions/profiles/index.ts';
import { openDynamo } from '../../../functions/table/dynamo.ts';
import { openTable } from '../../../functions/table/table.ts';
import { startMiniStack } from '../../../lib/local/ministack.ts';
import { meter } from '../../cost/meter.ts';
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts';
import { hasJava } from '../../support/java.ts';
import { createTable } from '../../support/table.ts';
import { watching } from '../../support/watch.ts';
import { request } from '../request.ts';
import type { World } from './fill.ts';

const METRIC = { service: 'api', name: 'Placed Order' };
const connection = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** DynamoDB Local in memory, for as long as `work` takes. */
export const onDynamoDbLocal = async <T>(work: (endpoint: string) => Promise<T>): Promise<T> => {
  if (!hasJava()) throw new Error('DynamoDB Local needs Java 17 or newer, and there is none.');
  return on(await startDynamoDbLocal(), work);
};

/** Without Java MiniStack counts, which for puts and reads by key comes to the same. */
export const onAnEmulator = async <T>(work: (endpoint: string) => Promise<T>): Promise<T> => {
  if (hasJava()) return onDynamoDbLocal(work);
  console.error('There is no Java 17 for DynamoDB Local: units are counted by MiniStack.');
  return on(await startMiniStack(), work);
};

const on = async <T>(
  { endpoint, stop }: Awaited<ReturnType<typeof startDynamoDbLocal>>,
  work: (endpoint: string) => Promise<T>,
): Promise<T> => {
  try {
    return await work(endpoint);
  } finally {
    await stop();
  }
};

/** A table with one account and one metric, and its front door. */
export const startWorld = async (endpoint: string) => {
  const tableName = `growth-${randomUUID()}`;
  const client = new DynamoDBClient({ ...connection, endpoint });
  await createTable(client, tableName);
  const { through, watch } = watching();
  const services = {
    ...openServices({ TABLE_NAME: tableName, LOG_LEVEL: 'error', S3_ADDRESSING: 'path' }, { ...connection, endpoint }),
    table: openTable(tableName, openDynamo({ ...connection, endpoint }, through)),
  };
  const account = (await createAccount({ name: 'Growth' }, services)).id;
  const limits = { burst: 1e9, steady: 1e9 };
  const { key } = await createKey({ account, name: 'growth', scopes: ['*'], limits }, services);
  await meetMetrics([METRIC], { account, ...services });
  const world: World = { client, tableName, account, metricId: metricIdOf(METRIC) };

  const handlers = { events: serveHttp(events, () => services), profiles: serveHttp(profiles, () => services) };
  const call = async (domain: keyof typeof handlers, method: string, path: string, body?: object) => {
    const [rawPath = path, rawQueryString = ''] = path.split('?');
    const sent = request(rawPath, body ?? {});
    const answer = await handlers[domain](
      {
        ...sent,
        rawQueryString,
        headers: { ...sent.headers, authorization: `Klaviyo-API-Key ${key}` },
        requestContext: { ...sent.requestContext, http: { ...sent.requestContext.http, method } },
      },
      {} as never,
    );
    if (!answer.statusCode || answer.statusCode > 299) throw new Error(`${method} ${path}: ${answer.body}`);
    return answer.body === undefined ? undefined : JSON.parse(answer.body);
  };
  return { ...world, table: services.table, call, measure: meter(watch) };
};
