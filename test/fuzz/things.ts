import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { LocalStack } from '../../lib/local/stack/stack-file.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { bulkBodies, categoryBody, itemBody, variantBody } from '../support/catalog/catalog-bodies.ts';

/** Ids of what exists, by path. Those of things to delete have the method before the path. */
export type Things = Readonly<Record<string, string>>;

export const emails = Array.from({ length: 200 }, (_, i) => `fuzz-${i}@example.com`);

/** One of everything that has an id, so that requests find something. */
export const makeThings = async (stack: LocalStack): Promise<Things> => {
  const call = async (method: string, path: string, data?: object) => {
    const answer = await fetch(`${stack.apiUrl}${path}`, {
      method,
      headers: { authorization: `Klaviyo-API-Key ${stack.apiKey}`, 'content-type': 'application/json' },
      ...(data && { body: JSON.stringify({ data }) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return { headers: answer.headers, data: text === '' ? undefined : JSON.parse(text).data };
  };
  const made = async (path: string, data: object): Promise<string> => (await call('POST', path, data)).data.id;
  const [email] = emails;
  const profile = { type: 'profile', attributes: { email } };
  const profiles = { data: [profile] };
  const listId = await made('/api/lists', { type: 'list', attributes: { name: 'Fuzz' } });
  const list = { data: { type: 'list', id: listId } };

  const webhook = await makeWebhook(made);
  const { headers } = await call('POST', '/api/events', {
    type: 'event',
    attributes: {
      properties: { size: 'M' },
      metric: { data: { type: 'metric', attributes: { name: 'Fuzzed' } } },
      profile: { data: profile },
    },
  });
  const event = (headers.get('Tributary-Event') ?? '').split(';')[0] ?? '';
  const metric: string = (await call('GET', `/api/events/${event}/metric`)).data.id;
  const subscriptions = { email: { marketing: { consent: 'SUBSCRIBED' } } };
  await call('POST', '/api/profile-subscription-bulk-create-jobs', {
    type: 'profile-subscription-bulk-create-job',
    attributes: { profiles: { data: [{ type: 'profile', attributes: { email, subscriptions } }] } },
    relationships: { list },
  });
  const pushToken = async (): Promise<string> => {
    const attributes = { token: crypto.randomUUID(), platform: 'ios', vendor: 'apns', profile: { data: profile } };
    await call('POST', '/api/push-tokens', { type: 'push-token', attributes });
    const [{ id }] = (
      await call('GET', `/api/profiles/${(await call('GET', `/api/events/${event}/profile`)).data.id}/push-tokens`)
    ).data;
    return id;
  };
  const accessJob = (of: string | undefined) =>
    made('/api/data-privacy-access-jobs', {
      type: 'data-privacy-access-job',
      attributes: { profile: { data: { type: 'profile', attributes: { email: of } } } },
    });
  const deletion = async (): Promise<string> => {
    const profile = { data: { type: 'profile', attributes: { email: 'erased@example.com' } } };
    const { headers } = await call('POST', '/api/data-privacy-deletion-jobs', {
      type: 'data-privacy-deletion-job',
      attributes: { profile },
    });
    return headers.get('Location')?.split('/').at(-2) ?? '';
  };
  const rejected = async (): Promise<string> => {
    const refused = await fetch(`${stack.apiUrl}/client/events?company_id=${stack.companyId}`, {
      method: 'POST',
      body: '{}',
    });
    if (refused.status !== 400) throw new Error(`A wrong event was answered ${refused.status}.`);
    const [{ id }] = (await call('GET', '/api/rejected-items')).data;
    return id;
  };
  const form = await makeForm(made);
  const seen = await makeForm(made);
  const versionOf = async (id: string): Promise<string> =>
    (await call('GET', `/api/forms/${id}/form-versions`)).data[0].id;
  const delivery = async (): Promise<string> => {
    const path = `/api/webhooks/${webhook}/deliveries?filter=${encodeURIComponent('equals(status,"pending")')}`;
    for (let tries = 0; tries < 240; tries++) {
      const [first] = (await call('GET', path)).data;
      if (first) return first.id;
      await sleep(250);
    }
    throw new Error('No delivery of a webhook within a minute.');
  };
  const catalog = async (suffix: string) => {
    const category = await made('/api/catalog-categories', categoryBody(`shirts${suffix}`));
    const item = await made('/api/catalog-items', itemBody(`blue${suffix}`, {}, [`shirts${suffix}`]));
    const variant = await made('/api/catalog-variants', variantBody(`blue-m${suffix}`, `blue${suffix}`));
    return { category, item, variant };
  };
  const feed = await makeFeed(made);
  const [shown, deleted, own] = [await catalog(''), await catalog('-2'), await catalog('-3')];
  const bulk: Record<string, string> = {};
  for (const { path, data } of bulkBodies(shown)) bulk[path] = await made(path, data);
  return {
    ...bulk,
    '/api/catalog-categories': shown.category,
    '/api/catalog-items': shown.item,
    '/api/catalog-variants': shown.variant,
    'DELETE /api/catalog-categories': deleted.category,
    'DELETE /api/catalog-items': deleted.item,
    'DELETE /api/catalog-variants': own.variant,
    '/api/catalog-feeds': feed,
    'DELETE /api/catalog-feeds': await makeFeed(made),
    '/api/catalog-feed-sync-jobs': await made('/api/catalog-feed-sync-jobs', {
      type: 'catalog-feed-sync-job',
      relationships: { 'catalog-feed': { data: { type: 'catalog-feed', id: feed } } },
    }),
    '/api/web-feeds': await makeWebFeed(made),
    'DELETE /api/web-feeds': await makeWebFeed(made),
    '/api/product-feeds': await makeProductFeed(made),
    'DELETE /api/product-feeds': await makeProductFeed(made),
    '/api/integrations': await makeIntegration(made),
    'DELETE /api/integrations': await makeIntegration(made),
    '/hooks': await makeIntegration(made),
    '/api/rejected-items': await rejected(),
    '/api/rejected-item-replay-jobs': await made('/api/rejected-item-replay-jobs', {
      type: 'rejected-item-replay-job',
      attributes: { ids: [] },
    }),
    '/api/webhooks': webhook,
    'DELETE /api/webhooks': await makeWebhook(made),
    '/api/webhook-topics': TOPIC,
    '/api/webhook-deliveries': await delivery(),
    '/api/webhook-resend-jobs': await made('/api/webhook-resend-jobs', {
      type: 'webhook-resend-job',
      relationships: { webhook: { data: { type: 'webhook', id: webhook } } },
    }),
    '/api/forms': form,
    '/api/form-versions': await versionOf(form),
    '/client/forms': seen,
    '/client/form-versions': await versionOf(seen),
    'DELETE /api/forms': await makeForm(made),
    '/api/data-privacy-access-jobs': await accessJob(email),
    '/api/export-jobs': await made('/api/export-jobs', { type: 'export-job', attributes: { kind: 'lists' } }),
    '/api/data-privacy-deletion-jobs': await deletion(),
    '/api/accounts': stack.companyId,
    '/api/audit-entries': (await call('GET', '/api/audit-entries')).data[0].id,
    '/api/push-tokens': await pushToken(),
    '/api/event-bulk-create-jobs': await eventJob(call, profile),
    '/api/lists': listId,
    '/api/events': event,
    '/api/receipts': headers.get('Tributary-Receipt') ?? '',
    '/api/metrics': metric,
    '/api/custom-metrics': await makeCustomMetric(made, metric),
    'DELETE /api/custom-metrics': await makeCustomMetric(made, metric),
    '/api/mapped-metrics': 'revenue',
    '/api/metric-properties': (await call('GET', `/api/metrics/${metric}/metric-properties`)).data[0].id,
    '/api/profiles': (await call('GET', `/api/events/${event}/profile`)).data.id,
    '/api/profile-bulk-import-jobs': await made('/api/profile-bulk-import-jobs', {
      type: 'profile-bulk-import-job',
      attributes: { profiles },
      relationships: { lists: { data: [list.data] } },
    }),
    '/api/profile-suppression-bulk-create-jobs': await made('/api/profile-suppression-bulk-create-jobs', {
      type: 'profile-suppression-bulk-create-job',
      attributes: { profiles: { data: [{ type: 'profile', attributes: { email: emails[1] } }] } },
    }),
    '/api/profile-suppression-bulk-delete-jobs': await made('/api/profile-suppression-bulk-delete-jobs', {
      type: 'profile-suppression-bulk-delete-job',
      attributes: { profiles },
    }),
    '/api/import-jobs': await importJob(stack, async () => (await call('GET', '/api/import-jobs?page[size]=100')).data),
  };
};

type Call = (method: string, path: string, data?: object) => Promise<{ readonly headers: Headers }>;

const eventJob = async (call: Call, profile: object): Promise<string> => {
  const metric = { data: { type: 'metric', attributes: { name: 'Fuzzed' } } };
  const event = { type: 'event', attributes: { properties: {}, metric } };
  const group = { type: 'event-bulk-create', attributes: { profile: { data: profile }, events: { data: [event] } } };
  const attributes = { 'events-bulk-create': { data: [group] } };
  const { headers } = await call('POST', '/api/event-bulk-create-jobs', { type: 'event-bulk-create-job', attributes });
  return headers.get('Tributary-Job') ?? '';
};

/** The only step of the form, and what it asks for. */
export const FORM_STEP = { id: 'first', fields: { $email: emails[3] } };

const makeForm = async (made: (path: string, data: object) => Promise<string>): Promise<string> => {
  const blocks = [
    { type: 'email', properties: { label: 'E-mail', required: true } },
    { type: 'button', properties: { label: 'Subscribe' }, action: { type: 'close', submit: true } },
  ];
  const steps = [{ id: FORM_STEP.id, columns: [{ rows: blocks.map((block) => ({ blocks: [block] })) }] }];
  const definition = { versions: [{ type: 'popup', steps }] };
  const id = await made('/api/forms', { type: 'form', attributes: { name: 'Fuzz', definition } });
  const relationships = { form: { data: { type: 'form', id } } };
  await made('/api/form-publish-jobs', { type: 'form-publish-job', relationships });
  return id;
};

const TOPIC = 'event.created';

const makeIntegration = (made: (path: string, data: object) => Promise<string>): Promise<string> =>
  made('/api/integrations', {
    type: 'integration',
    attributes: { name: 'Fuzz', source: 'shopify', secret: 'a secret of a shop' },
  });

/** Nobody listens there either. */
const makeFeed = (made: (path: string, data: object) => Promise<string>): Promise<string> =>
  made('/api/catalog-feeds', {
    type: 'catalog-feed',
    attributes: { name: 'Fuzz', source: { kind: 'url', location: 'http://127.0.0.1:9/feed.json' } },
  });

const makeCustomMetric = (made: (path: string, data: object) => Promise<string>, metric_id: string) => {
  const definition = { aggregation_method: 'count', metric_groups: [{ metric_id }] };
  return made('/api/custom-metrics', { type: 'custom-metric', attributes: { name: crypto.randomUUID(), definition } });
};

const makeWebFeed = (made: (path: string, data: object) => Promise<string>): Promise<string> =>
  made('/api/web-feeds', {
    type: 'web-feed',
    attributes: { name: 'Fuzz', url: 'http://127.0.0.1:9/feed', request_method: 'get', content_type: 'json' },
  });

const makeProductFeed = (made: (path: string, data: object) => Promise<string>): Promise<string> =>
  made('/api/product-feeds', { type: 'product-feed', attributes: { name: 'Fuzz', kind: 'newest' } });

/** Nobody listens there, so that its deliveries wait. */
const makeWebhook = (made: (path: string, data: object) => Promise<string>): Promise<string> =>
  made('/api/webhooks', {
    type: 'webhook',
    attributes: { name: 'Fuzz', endpoint_url: 'http://127.0.0.1:9/hooks', secret_key: 'sixteen characters' },
    relationships: { 'webhook-topics': { data: [{ type: 'webhook-topic', id: TOPIC }] } },
  });

const importJob = async (
  { awsEndpoint, importsBucket: Bucket, companyId }: LocalStack,
  jobs: () => Promise<readonly { readonly id: string; readonly attributes: { readonly key: string } }[]>,
): Promise<string> => {
  const Key = `profiles/${companyId}/fuzz-${crypto.randomUUID()}.csv`;
  const client = new S3Client({ ...clientConfig(awsEndpoint), forcePathStyle: true });
  await client.send(new PutObjectCommand({ Bucket, Key, Body: `Email\n${emails[2]}\nnobody\n` }));
  for (let tries = 0; tries < 120; tries++) {
    const job = (await jobs()).find(({ attributes }) => attributes.key === Key);
    if (job) return job.id;
    await sleep(500);
  }
  throw new Error('The dropped file had no job within a minute.');
};
