import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAccount } from '../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { ensureMetrics } from '../../../functions/domains/events/records/ensure-metrics.ts';
import { metricIdOf } from '../../../functions/domains/events/records/metric.ts';
import { ensureList } from '../../../functions/domains/lists/actions.ts';
import { serveHttp } from '../../../functions/platform/http/serve.ts';
import { openServices, type Services } from '../../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { openFiles } from '../../../functions/platform/storage/files.ts';
import { openDynamo } from '../../../functions/platform/table/client/dynamo.ts';
import { openTable } from '../../../functions/platform/table/table.ts';
import { consent } from '../../../functions/services/consent.ts';
import { events } from '../../../functions/services/events.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { meter } from '../../cost/meter.ts';
import { startDynamoDbLocal } from '../../support/setup/dynamodb-local.ts';
import { createTable } from '../../support/table.ts';
import { watching } from '../../support/watch.ts';
import { BUCKET } from '../cloud/start.ts';
import { request } from '../request.ts';
import type { World } from './fill.ts';
import { CLUB } from './operation.ts';

const METRIC = { service: 'api', name: 'Placed Order' };
const connection = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** DynamoDB Local in memory, for as long as `work` takes. */
export const onDynamoDbLocal = async <T>(work: (endpoint: string) => Promise<T>): Promise<T> => {
  const { endpoint, stop } = await startDynamoDbLocal();
  try {
    return await work(endpoint);
  } finally {
    await stop();
  }
};

/** A table with one account, one metric and one list, and its front door. What is imported lies in the bucket of a sink. */
export const startWorld = async (endpoint: string, sink = endpoint) => {
  const tableName = `growth-${randomUUID()}`;
  const client = new DynamoDBClient({ ...connection, endpoint });
  await createTable(client, tableName);
  const { interceptor, watch } = watching();
  const files = openFiles(BUCKET, { addressing: 'path', ...connection, endpoint: sink });
  /** Messages that are for whoever works off what a call has begun. */
  const queued: string[] = [];
  const services: Services = {
    ...openServices({ TABLE_NAME: tableName, LOG_LEVEL: 'error', S3_ADDRESSING: 'path' }, { ...connection, endpoint }),
    table: openTable(tableName, openDynamo({ ...connection, endpoint }, { interceptor })),
    imports: () => files,
    queue: () => ({ send: async (message) => void queued.push(JSON.stringify(message)) }),
  };
  const account = (await createAccount({ name: 'Growth' }, services)).id;
  const limits = { burst: 1e9, steady: 1e9 };
  const { key } = await createKey({ account, name: 'growth', scopes: ['*'], limits }, services);
  await ensureMetrics([METRIC], { account, ...services });
  await ensureList(CLUB, { account, ...services });
  const world: World = { client, tableName, account, metricId: metricIdOf(METRIC) };

  const served = (service: ServiceDeclaration) => serveHttp(service, () => services);
  const handlers = {
    events: served(events),
    profiles: served(profiles),
    consent: served(consent),
    lists: served(lists),
  };
  const call = async (domain: keyof typeof handlers, method: string, path: string, body?: object) => {
    const isForm = body instanceof URLSearchParams;
    const [rawPath = path, rawQueryString = ''] = path.split('?');
    const sent = request(rawPath, body ?? {});
    const answer = await handlers[domain](
      {
        ...sent,
        rawQueryString,
        headers: {
          ...sent.headers,
          authorization: `Klaviyo-API-Key ${key}`,
          ...(isForm && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(isForm && { body: String(body) }),
        requestContext: { ...sent.requestContext, http: { ...sent.requestContext.http, method } },
      },
      {} as never,
    );
    if (!answer.statusCode || answer.statusCode > 299) throw new Error(`${method} ${path}: ${answer.body}`);
    const isPage = String(answer.headers?.['content-type']).startsWith('text/html');
    return answer.body === undefined || isPage ? undefined : JSON.parse(answer.body);
  };
  return { ...world, services, table: services.table, queued, call, measure: meter(watch) };
};
