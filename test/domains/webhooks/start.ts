import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { openFetch } from '../../../functions/platform/fetch/fetch.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { openDynamo } from '../../../functions/platform/table/client/dynamo.ts';
import { openTable, type Table } from '../../../functions/platform/table/table.ts';
import { webhooks } from '../../../functions/services/webhooks.ts';
import { allServices } from '../../../functions/services.ts';
import { startApp } from '../../support/app.ts';
import { startChanges } from '../../support/changes/changes.ts';
import { followTable } from '../../support/changes/follow-table.ts';
import { type FaultPlan, startFaultyProxy } from '../../support/faults/faults.ts';
import { serveLocally } from '../../support/servers/serve-locally.ts';
import { tableEndpoint } from '../../support/table.ts';

const everything: ServiceDeclaration = {
  name: 'everything',
  routes: Object.assign({}, ...allServices.map(({ routes }) => routes)),
  triggers: [],
  uses: [],
};

export const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes....').toString('base64')}`;

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  readonly body: any;
}

type Answer = (received: Received, response: ServerResponse) => unknown;

/** A receiver on this machine. It answers 204 by default. */
export const startReceiver = async () => {
  const received: Received[] = [];
  let answer: Answer = (_, response) => response.writeHead(204).end();
  const origin = await serveLocally((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const one = { headers: request.headers as Record<string, string>, text, body: JSON.parse(text) };
      received.push(one);
      answer(one, response);
    });
  });
  return {
    url: `${origin}/hooks`,
    received,
    answerWith: (other: Answer) => {
      answer = other;
    },
    answerStatus: (status: number, headers: Readonly<Record<string, string>> = {}) => {
      answer = (_, response) => response.writeHead(status, headers).end();
    },
  };
};

const VISIBILITY_MS = 60_000;

const tableWithFaults = async (name: string, plan: FaultPlan): Promise<Table> => {
  const proxy = await startFaultyProxy(tableEndpoint(), plan);
  onTestFinished(proxy.stop);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return openTable(name, openDynamo({ endpoint: proxy.endpoint, region: 'us-east-1', credentials }));
};

interface Message {
  readonly message: Readonly<Record<string, unknown>>;
  readonly at: number;
}

/** The product with its webhooks: changes reach them as the stream delivers them, and messages when they are due. */
export const startWebhooks = async ({
  mail,
  bus,
  newId,
  account,
  faults,
  fetch = () => openFetch({ allowsLoopback: true }),
}: Partial<Pick<Services, 'mail' | 'bus' | 'newId' | 'fetch'>> & {
  readonly account?: string;
  readonly faults?: FaultPlan;
} = {}) => {
  const messages: Message[] = [];
  const app = await startApp(everything, {
    lists: ['news'],
    ...(account !== undefined && { account }),
    services: {
      ...(mail && { mail }),
      ...(bus && { bus }),
      ...(newId && { newId }),
      settings: { reachesLoopback: true },
      fetch,
      queue: () => ({
        send: async (message, when = 0) => {
          const seconds = typeof when === 'number' ? when : 0;
          messages.push({ message, at: app.services.now().getTime() + seconds * 1_000 });
        },
      }),
    },
  });
  const workerServices = faults
    ? { ...app.services, table: await tableWithFaults(app.tableName, faults) }
    : app.services;
  const changes = startChanges([webhooks], () => workerServices);
  const { records } = followTable(app);

  const wait = (seconds: number): void =>
    app.at(new Date(app.services.now().getTime() + seconds * 1_000).toISOString());

  /** Runs the messages that are due, and those that they send. */
  const work = async (): Promise<void> => {
    for (;;) {
      const index = messages.findIndex(({ at }) => at <= app.services.now().getTime());
      const [due] = index === -1 ? [] : messages.splice(index, 1);
      if (!due) return;
      const trigger = webhooks.triggers.find((one) => one.on === 'message' && one.kind === due.message.kind);
      if (trigger?.on !== 'message') continue;
      try {
        await trigger.handle(due.message, workerServices, { remainingMs: () => 120_000 });
      } catch (error) {
        if (!faults) throw error;
        // The queue brings it again.
        messages.push({ ...due, at: app.services.now().getTime() + VISIBILITY_MS });
      }
    }
  };

  return {
    ...app,
    changes,
    messages,
    records,
    wait,
    work,
    /** Brings what changed to the webhooks, and sends what is due. */
    async deliver(): Promise<void> {
      await changes.read(await records());
      await changes.work(webhooks);
      await work();
    },
    /** Lets time pass, with all messages that come due. */
    async pass(hours: number): Promise<void> {
      const end = app.services.now().getTime() + hours * 3_600_000;
      for (;;) {
        const next = Math.min(...messages.map(({ at }) => at));
        if (next > end) break;
        if (next > app.services.now().getTime()) app.at(new Date(next).toISOString());
        await work();
      }
      app.at(new Date(end).toISOString());
    },
    async createWebhook(url: string, topics: readonly string[], secret = SECRET): Promise<string> {
      const data = {
        type: 'webhook',
        attributes: { name: 'Shop', endpoint_url: url, secret_key: secret },
        relationships: { 'webhook-topics': { data: topics.map((id) => ({ type: 'webhook-topic', id })) } },
      };
      const { body } = await app.post('/api/webhooks', { data });
      wait(3);
      return body.data.id;
    },
    async createProfile(email: string): Promise<string> {
      const { body } = await app.post('/api/profiles', { data: { type: 'profile', attributes: { email } } });
      return body.data.id;
    },
    async sendEvent(email: string, properties: object = {}): Promise<void> {
      const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
      const profile = { data: { type: 'profile', attributes: { email } } };
      await app.post('/api/events', { data: { type: 'event', attributes: { properties, metric, profile } } });
    },
  };
};

export type Webhooks = Awaited<ReturnType<typeof startWebhooks>>;
