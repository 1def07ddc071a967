import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SourceName } from '../../../functions/domains/integrations/source/names.ts';
import type { RejectedItem } from '../../../functions/domains/receipts/rejected/rejected-item.ts';
import { rejectedItems, rejectedPartitions } from '../../../functions/domains/receipts/rejected/store.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { hooks } from '../../../functions/services/hooks.ts';
import { allServices } from '../../../functions/services.ts';
import { startApp } from '../../support/app.ts';

const everything: ServiceDeclaration = {
  name: 'everything',
  routes: Object.assign({}, ...allServices.map(({ routes }) => routes)),
  triggers: [],
  uses: [],
};

export const SECRET = 'hush-hush-hush-hush';

const folder = new URL('../../../functions/domains/integrations/sources/', import.meta.url);

/** A payload of a vendor, with its digits as they are. */
export const sampleText = (source: SourceName, topic: string): string =>
  readFileSync(new URL(`${source}/samples/${topic.replaceAll(/[/.]/g, '-')}.json`, folder), 'utf8');

/** The sample with other members. Numbers that a double cannot hold become texts. */
export const changedSample = (source: SourceName, topic: string, changes: object): string => {
  const exact = sampleText(source, topic).replaceAll(/: (\d{16,})/g, ': "$1"');
  return JSON.stringify({ ...JSON.parse(exact), ...changes });
};

let deliveries = 0;

export interface HookOptions {
  readonly secret?: string;
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Headers = (
  text: string | Buffer,
  topic: string,
  options: Required<Omit<HookOptions, 'headers'>> & { readonly now: Date },
) => Record<string, string>;

/** How each vendor signs, written from its documentation and not with the code under test. */
const headersOf: Readonly<Record<SourceName, Headers>> = {
  shopify: (text, topic, { secret, id }) => ({
    'x-shopify-topic': topic,
    'x-shopify-webhook-id': id,
    'x-shopify-shop-domain': 'sweets.myshopify.example',
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(text).digest('base64'),
  }),
  bigcommerce: (text, _topic, { secret, id, now }) => {
    const seconds = Math.floor(now.getTime() / 1_000);
    const signature = createHmac('sha256', secret).update(`${id}.${seconds}.`).update(text).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': `${seconds}`, 'webhook-signature': `v1,${signature}` };
  },
  generic: (text, topic, { secret, id }) => ({
    'x-till-topic': topic,
    'x-till-delivery': id,
    'x-till-signature': `v0=${createHmac('sha256', secret).update(text).digest('hex')}`,
  }),
  woocommerce: (text, topic, { secret, id }) => ({
    'x-wc-webhook-topic': topic,
    'x-wc-webhook-delivery-id': id,
    'x-wc-webhook-source': 'https://tea.example/',
    'x-wc-webhook-signature': createHmac('sha256', secret).update(text).digest('base64'),
  }),
  stripe: (text, _topic, { secret, now }) => {
    const seconds = Math.floor(now.getTime() / 1_000);
    const signature = createHmac('sha256', secret).update(`${seconds}.`).update(text).digest('hex');
    return { 'stripe-signature': `t=${seconds},v1=${signature},v0=${'6f'.repeat(32)}` };
  },
};

const allTriggers = allServices.flatMap(({ triggers }) => triggers);

/** Who handles a message of any service. */
const triggerOf = ({ kind }: Message['message']) => {
  const found = allTriggers.find((one) => one.on === 'message' && one.kind === kind);
  if (found?.on !== 'message') throw new Error(`Nobody handles ${kind}.`);
  return found;
};

interface Message {
  readonly message: Readonly<Record<string, unknown>>;
  readonly delaySeconds: number;
}

/** The product with an integration. Deliveries wait in a queue until `work` processes them. */
interface StartOptions {
  readonly now?: Date;
  readonly generic?: object;
  readonly apiToken?: string;
  readonly fetch?: Services['fetch'];
}

export const startHooks = async (
  source: SourceName,
  { now = new Date('2026-08-15T00:00:00Z'), generic, apiToken, fetch }: StartOptions = {},
) => {
  const queue: Message[] = [];
  const files = new Map<string, Buffer>();
  const app = await startApp(everything, {
    now,
    services: {
      queue: () => ({
        send: async (message, when = 0) => {
          queue.push({ message, delaySeconds: typeof when === 'number' ? when : 0 });
        },
      }),
      imports: () => bucketOf(files),
      ...(fetch && { fetch }),
    },
  });
  const attributesOf = { name: 'Shop', source, secret: SECRET, api_token: apiToken, generic };
  const { body } = await app.post('/api/integrations', { data: { type: 'integration', attributes: attributesOf } });
  const { id, attributes } = body.data;
  const path = new URL(attributes.hook_url).pathname;

  const trigger = hooks.triggers.find(({ on }) => on === 'message');
  if (trigger?.on !== 'message') throw new Error('The service has no worker.');

  return {
    ...app,
    id,
    path,
    queue,
    files,
    trigger,
    /** The headers of a delivery at a time. */
    signed: (text: string, at: Date) => headersOf[source](text, '', { secret: SECRET, id: '', now: at }),
    /** Calls the URL as the vendor does. */
    call: (topic: string, text: string | Buffer, options: HookOptions = {}, to = path) => {
      deliveries += 1;
      const { secret = SECRET, id: delivery = `delivery-${deliveries}`, headers } = options;
      const own = headersOf[source](text, topic, { secret, id: delivery, now: app.services.now() });
      return app.post(to, text, { authorization: '', ...own, ...headers });
    },
    /** Processes what waits, also what was sent again. */
    async work(services: Services = app.services): Promise<void> {
      for (let next = queue.shift(); next; next = queue.shift())
        await triggerOf(next.message).handle(next.message, services, { remainingMs: () => 60_000 });
    },
    async deliver(topic: string, text: string, options?: HookOptions, to?: string) {
      const answer = await this.call(topic, text, options, to);
      await this.work();
      return answer;
    },
    async events(email: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
      const profile = await this.profile(email);
      if (!profile) return [];
      const { body } = await app.get(
        `/api/events?filter=equals(profile_id,"${profile.id}")&include=metric&sort=datetime`,
      );
      const names = new Map(
        (body.included ?? []).map((one: { id: string; attributes: { name: string } }) => [one.id, one.attributes.name]),
      );
      return body.data.map((one: { attributes: object; relationships: { metric: { data: { id: string } } } }) => ({
        ...one.attributes,
        metric: names.get(one.relationships.metric.data.id),
      }));
    },
    /** What was kept since it could not be stored. */
    async rejected(): Promise<RejectedItem[]> {
      const { account, table } = app;
      const pages = rejectedPartitions(account).map((pk) =>
        table.queryOf(rejectedItems, { pk, prefix: '', limit: 100 }),
      );
      return (await Promise.all(pages)).flat();
    },
    /** Replays everything that was kept. */
    async replay() {
      const path = '/api/rejected-item-replay-jobs';
      const { body } = await app.post(path, { data: { type: 'rejected-item-replay-job', attributes: {} } });
      await this.work();
      return (await app.get(`${path}/${body.data.id}`)).body.data.attributes;
    },
    async profile(email: string) {
      const { body } = await app.get(
        `/api/profiles?filter=equals(email,"${email}")&additional-fields[profile]=subscriptions`,
      );
      return body.data[0];
    },
    async ledger(profileId: string) {
      return (await app.get(`/api/profiles/${profileId}/consent-ledger`)).body;
    },
  };
};

const bucketOf = (files: Map<string, Buffer>): ReturnType<Services['imports']> =>
  ({
    write: async (key: string, body: string | Buffer) => {
      files.set(key, Buffer.from(body));
    },
    read: async function* (key: string) {
      yield files.get(key);
    },
    remove: async (key: string) => {
      files.delete(key);
    },
  }) as unknown as ReturnType<Services['imports']>;
