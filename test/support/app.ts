import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ulid } from 'ulid';
import * as v from 'valibot';
import { createAccount } from '../../functions/domains/accounts/actions.ts';
import type { Context } from '../../functions/domains/accounts/context.ts';
import { createKey } from '../../functions/domains/accounts/keys/actions.ts';
import { apiKeys } from '../../functions/domains/accounts/store.ts';
import { ensureList } from '../../functions/domains/lists/actions.ts';
import { createMatcher } from '../../functions/platform/http/match.ts';
import { pathOf } from '../../functions/platform/http/path.ts';
import { mediaTypeOf } from '../../functions/platform/http/route.ts';
import { serveHttp } from '../../functions/platform/http/serve.ts';
import { openLog } from '../../functions/platform/log.ts';
import { random } from '../../functions/platform/random.ts';
import type { OpenResources } from '../../functions/platform/resources/open.ts';
import { resourceNames, resources } from '../../functions/platform/resources/resources.ts';
import type { Services } from '../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { type Interceptor, openDynamo } from '../../functions/platform/table/client/dynamo.ts';
import { openTable } from '../../functions/platform/table/table.ts';
import { update } from '../../functions/platform/table/write.ts';
import { allServices } from '../../functions/services.ts';
import { carriers, engineHere } from '../dynamodb/here.ts';
import { createTable, tableEndpoint } from './table.ts';
import { listing, watching } from './watch.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
  /** The body as it was written. */
  readonly text: string;
}

interface Options {
  readonly now?: Date;
  readonly scopes?: readonly string[];
  readonly services?: Partial<Services>;
  /** The id of the account. @default a random one */
  readonly account?: string;
  /** Ids of lists that are there. */
  readonly lists?: readonly string[];
}

/** A domain as a caller sees it, on a table of its own with one account and a key. The clock moves when it is told to. */
export const startApp = async (
  service: ServiceDeclaration,
  { now = new Date('2026-01-01T00:00:00Z'), scopes = ['*'], lists = [], account: id, ...options }: Options = {},
) => {
  const requests: string[] = [];
  const { client, open } = openTables();
  const name = `test-${randomUUID()}`;
  await createTable(client, name);
  const { interceptor, watch } = watching();
  // What every request of the code under test was, in order.
  watch(listing(requests));
  const table = openTable(name, open(interceptor));

  let clock = now;
  const lines: string[] = [];
  const services: Services = {
    ...noResources(),
    table,
    // What is sent is worked on at once.
    queue: () => ({
      send: async (message) => {
        const trigger = allServices
          .flatMap(({ triggers }) => triggers)
          .find((one) => one.on === 'message' && one.kind === message.kind);
        if (trigger?.on !== 'message') throw new Error('No domain has such a message.');
        await trigger.handle(message, current, { remainingMs: () => 60_000 });
      },
    }),
    mailDomains: { takesMail: () => unused('DNS')() },
    now: () => clock,
    newId: (at = clock) => ulid(at.getTime(), random),
    log: openLog('info', (line) => lines.push(line)),
    settings: {},
    ...options.services,
  };
  const account = await createAccount({ name: 'Test shop', ...(id !== undefined && { id }) }, services);
  const { key, id: keyId, ...stored } = await createKey({ account: account.id, name: 'test', scopes }, services);
  // Recorded once an hour: requests here are none of the first.
  await table.write(update(apiKeys, stored, { set: { lastUsedAt: now.toISOString() } }));
  for (const id of lists) await ensureList(id, { ...services, account: account.id });
  let current = services;
  const handler = serveHttp(service, () => current);
  const { matchPath } = createMatcher(Object.values(service.routes));

  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const [rawPath = path, rawQueryString = ''] = path.split('?');
    const event = httpEvent({
      method,
      rawPath,
      rawQueryString,
      body,
      headers: { authorization: `Klaviyo-API-Key ${key}`, ...headers },
    });
    const answer = await handler(event, {} as never);
    const { statusCode = 0, body: text } = answer;
    const type = String(answer.headers?.['content-type']);
    const isJson = type.includes('json');
    const parsed = text === undefined || !isJson ? text : JSON.parse(text);
    const declared = matchPath(pathOf({ rawPath })).find(({ route }) => route.method === method)?.route;
    if (statusCode < 300 && parsed !== undefined) {
      v.parse(declared?.result ?? v.never(), parsed);
      if (!declared || !type.startsWith(mediaTypeOf(declared))) throw new Error(`${method} ${path} answered ${type}.`);
    }
    return {
      status: statusCode,
      headers: (answer.headers ?? {}) as Record<string, string>,
      body: parsed,
      text: text ?? '',
    };
  };

  requests.length = 0;
  return {
    account: account.id,
    key,
    keyId,
    table,
    tableName: name,
    client,
    /** Sees every request of the code under test from here on. */
    watch,
    services,
    /** From here on requests are served with these instead. */
    serveWith: (other: Partial<Services>) => {
      current = { ...services, ...other };
    },
    /** Names of the AWS commands sent so far; empty it to count from a point. */
    requests,
    /** Logged lines. */
    lines,
    /** For calling actions directly. */
    context: (): Context => ({
      ...services,
      account: account.id,
      accountSettings: account,
      caller: { kind: 'key', keyId, lastFour: key.slice(-4), scopes },
      origin: 'https://api.test',
      requestId: 'test',
      ip: '192.0.2.1',
      userAgent: 'test',
      languages: '',
      acceptEncoding: '',
      ifNoneMatch: '',
      hasGpc: false,
      url: '/',
    }),
    at: (time: string) => {
      clock = new Date(time);
    },
    get: (path: string, headers?: Readonly<Record<string, string>>) => send('GET', path, undefined, headers),
    post: (path: string, body: unknown, headers?: Readonly<Record<string, string>>) =>
      send('POST', path, body, headers),
    patch: (path: string, body: unknown) => send('PATCH', path, body),
    delete: (path: string, body?: unknown) => send('DELETE', path, body),
    send,
  };
};

const unused = (what: string) => () => {
  throw new Error(`This test gave no ${what}.`);
};

type OnCall = Omit<OpenResources, 'table' | 'mail'>;

/** Stand-ins for what a test doesn't give: of each resource that opens on call. */
const noResources = (): OnCall => {
  const onCall = resourceNames.filter((name) => resources[name].opens === 'lazily');
  return Object.fromEntries(onCall.map((name) => [name, unused(name)])) as unknown as OnCall;
};

const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/**
 * The SDK's client and ours. To an engine in this process both go without HTTP. All apps of a process share the SDK's: a
 * new one costs more than most requests.
 */
const openTables = () => {
  const engine = process.env.TABLE_ENDPOINT === undefined ? engineHere() : undefined;
  const { transport, ...direct } = engine ? carriers(engine) : { transport: undefined };
  const connection = { endpoint: tableEndpoint(), ...local, ...direct };
  const client = sharedClients.get(connection.endpoint) ?? new DynamoDBClient(connection);
  sharedClients.set(connection.endpoint, client);
  return { client, open: (interceptor: Interceptor) => openDynamo(connection, { interceptor, transport }) };
};

const sharedClients = new Map<string, DynamoDBClient>();

const httpEvent = ({
  method,
  rawPath,
  rawQueryString,
  body,
  headers,
}: {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}) =>
  ({
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: { 'content-type': 'application/json', 'user-agent': 'test', ...headers },
    requestContext: {
      http: { method, path: rawPath, sourceIp: headers['x-test-ip'] ?? '192.0.2.1' },
      requestId: 'test',
      domainName: 'api.test',
    },
    // API Gateway hands over bytes in base64.
    body: Buffer.isBuffer(body)
      ? body.toString('base64')
      : body === undefined || typeof body === 'string'
        ? body
        : JSON.stringify(body),
    isBase64Encoded: Buffer.isBuffer(body),
  }) as unknown as APIGatewayProxyEventV2;
