import { expect, test } from 'vitest';
import { createAccount } from '../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { webFeeds } from '../../../functions/domains/feeds/web/feed.ts';
import { deliveryIdOf } from '../../../functions/domains/webhooks/deliveries/records/delivery.ts';
import { deliveries } from '../../../functions/domains/webhooks/deliveries/records/store.ts';
import { put, update } from '../../../functions/platform/table/write.ts';
import { allServices } from '../../../functions/services.ts';
import { type Faulty, startFaulty } from '../../faults/harness.ts';
import { formVersion } from '../../platform/http/resource/form-fixtures.ts';
import { bulkBodies, categoryBody, itemBody, variantBody } from '../../support/catalog/catalog-bodies.ts';
import { bulk as eventsOf, group as groupOf } from '../events/event-bodies.ts';

const email = 'ada@example.com';
const profile = { type: 'profile', attributes: { email } };
const list = { type: 'list', id: 'news' };

const deliveryOf = (account: string, webhookId: string) => ({
  ...{ account, webhookId, shard: 3, position: '1'.padStart(40, '0'), tag: '0a1b2c3d' },
  what: 'import.finished' as const,
  source: { kind: 'import' as const, jobId: 'none' },
  group: `A#${account}#JOB#none`,
  status: 'delivered' as const,
  attempts: 1,
  at: '2026-01-01T00:00:00.000Z',
  completedAt: '2026-01-01T00:00:00.000Z',
  expiresAt: 4_000_000_000,
});

/** One of each resource with an id, by its path prefix. */
const makeThings = async (app: Faulty): Promise<Readonly<Record<string, string>>> => {
  const made = async (path: string, data: object): Promise<string> => {
    const { body, headers } = await app.post(path, { data });
    return body?.data.id ?? headers.Location?.split('/').at(-2);
  };
  const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
  const attributes = { properties: { size: 'M' }, metric, profile: { data: profile } };
  const { headers } = await app.post('/api/events', { data: { type: 'event', attributes } });
  const bulkEvents = await app.post(
    '/api/event-bulk-create-jobs',
    eventsOf([groupOf({ email }, [{ unique_id: 'bulk' }])]),
  );
  await app.importFile('profiles/a.csv', `Email\n${email}\nnobody\n`);
  const jobs = (await app.get('/api/import-jobs')).body.data;
  const bulk = await made('/api/profile-bulk-import-jobs', {
    type: 'profile-bulk-import-job',
    attributes: { profiles: { data: [profile] } },
    relationships: { lists: { data: [list] } },
  });
  await app.workOff();
  const suppression = (kind: string) =>
    made(`/api/profile-suppression-bulk-${kind}-jobs`, {
      type: `profile-suppression-bulk-${kind}-job`,
      attributes: { profiles: { data: [profile] } },
    });
  const merge = async (): Promise<string> => {
    const person = (external_id: string) => made('/api/profiles', { type: 'profile', attributes: { external_id } });
    const [id, source] = [await person('one'), await person('two')];
    const relationships = { profiles: { data: [{ type: 'profile', id: source }] } };
    await made('/api/profile-merge', { type: 'profile-merge', id, relationships });
    return (await app.get(`/api/profiles/${id}/merges`)).body.data[0].id;
  };
  const deletion = async (): Promise<string> => {
    const profile = { data: { type: 'profile', attributes: { email: 'nobody@example.com' } } };
    const data = { type: 'data-privacy-deletion-job', attributes: { profile } };
    await app.post('/api/data-privacy-deletion-jobs', { data });
    return (await app.get('/api/data-privacy-deletion-jobs')).body.data[0].id;
  };
  const rejected = async (): Promise<string> => {
    await app.post('/api/events', { data: { type: 'event' } });
    return (await app.get('/api/rejected-items')).body.data[0].id;
  };
  const mapping = await made('/api/import-mappings', {
    type: 'import-mapping',
    attributes: { name: 'Till', kind: 'profiles', headers: ['Email'], mapping: {} },
  });
  const form = await made('/api/forms', {
    type: 'form',
    attributes: { name: 'Welcome', definition: { versions: [formVersion()] } },
  });
  const webhook = await made('/api/webhooks', {
    type: 'webhook',
    attributes: { name: 'Till', endpoint_url: 'https://shop.example', secret_key: 'sixteen characters' },
    relationships: { 'webhook-topics': { data: [] } },
  });
  const feed = await made('/api/catalog-feeds', {
    type: 'catalog-feed',
    attributes: { name: 'Products', source: { kind: 'url', location: 'https://shop.example/feed.xml' } },
  });
  const webFeed = await made('/api/web-feeds', {
    type: 'web-feed',
    attributes: { name: 'Posts', url: 'https://shop.example/posts', request_method: 'get', content_type: 'json' },
  });
  const kept = { key: 'web-feeds/1.json', format: 'json', bytes: 2, hash: '', stored: '2026-01-01T00:00:00.000Z' };
  await app.table.write(update(webFeeds, { account: app.account, id: webFeed }, { set: { kept } }));
  const delivery = deliveryOf(app.account, webhook);
  await app.table.write(put(deliveries, delivery));
  const token = { token: 'a1b2c3', platform: 'ios', vendor: 'apns', profile: { data: profile } };
  await app.post('/api/push-tokens', { data: { type: 'push-token', attributes: token } });
  const category = await made('/api/catalog-categories', categoryBody('shirts'));
  const item = await made('/api/catalog-items', itemBody('blue', {}, ['shirts']));
  const variant = await made('/api/catalog-variants', variantBody('blue-m', 'blue'));
  const catalogJobs: Record<string, string> = {};
  for (const { path, data } of bulkBodies({ category, item, variant })) catalogJobs[path] = await made(path, data);
  return {
    ...catalogJobs,
    '/api/catalog-categories': category,
    '/api/catalog-items': item,
    '/api/catalog-variants': variant,
    '/api/accounts': app.account,
    '/api/audit-entries': (await app.get('/api/audit-entries')).body.data[0].id,
    '/api/push-tokens': (await app.get('/api/push-tokens')).body.data[0].id,
    '/api/import-mappings': mapping,
    '/api/profiles': (await app.get('/api/profiles')).body.data[0].id,
    '/api/events': String(headers['Tributary-Event']).split(';')[0] ?? '',
    '/api/event-bulk-create-jobs': bulkEvents.headers['Tributary-Job'] ?? '',
    '/api/receipts': headers['Tributary-Receipt'] ?? '',
    '/api/metrics': (await app.get('/api/metrics')).body.data[0].id,
    '/api/metric-properties': await (async () => {
      const [metric] = (await app.get('/api/metrics')).body.data;
      return (await app.get(`/api/metrics/${metric.id}/metric-properties`)).body.data[0].id;
    })(),
    '/api/custom-metrics': await made('/api/custom-metrics', {
      type: 'custom-metric',
      attributes: {
        name: 'Orders',
        definition: {
          aggregation_method: 'count',
          metric_groups: [{ metric_id: (await app.get('/api/metrics')).body.data[0].id }],
        },
      },
    }),
    '/api/catalog-feeds': feed,
    '/api/catalog-feed-sync-jobs': await made('/api/catalog-feed-sync-jobs', {
      type: 'catalog-feed-sync-job',
      relationships: { 'catalog-feed': { data: { type: 'catalog-feed', id: feed } } },
    }),
    '/api/web-feeds': webFeed,
    '/api/product-feeds': await made('/api/product-feeds', {
      type: 'product-feed',
      attributes: { name: 'New', kind: 'newest' },
    }),
    '/api/integrations': await made('/api/integrations', {
      type: 'integration',
      attributes: { name: 'Shop', source: 'shopify' },
    }),
    '/api/rejected-items': await rejected(),
    '/api/rejected-item-replay-jobs': await made('/api/rejected-item-replay-jobs', {
      type: 'rejected-item-replay-job',
      attributes: { ids: [] },
    }),
    '/api/webhooks': webhook,
    '/api/webhook-resend-jobs': await made('/api/webhook-resend-jobs', {
      type: 'webhook-resend-job',
      relationships: { webhook: { data: { type: 'webhook', id: webhook } } },
    }),
    '/api/webhook-deliveries': deliveryIdOf(delivery),
    '/api/webhook-topics': `event.created:${(await app.get('/api/metrics')).body.data[0].id}`,
    '/api/lists': list.id,
    '/api/forms': form,
    '/api/form-versions': (await app.get(`/api/forms/${form}/form-versions`)).body.data[0].id,
    '/api/import-jobs': jobs[0].id,
    '/api/profile-bulk-import-jobs': bulk,
    '/api/profile-suppression-bulk-create-jobs': await suppression('create'),
    '/api/profile-suppression-bulk-delete-jobs': await suppression('delete'),
    '/api/profile-merges': await merge(),
    '/api/data-privacy-access-jobs': await made('/api/data-privacy-access-jobs', {
      type: 'data-privacy-access-job',
      attributes: { profile: { data: { type: 'profile', attributes: { email: 'nobody@example.com' } } } },
    }),
    '/api/data-privacy-deletion-jobs': await deletion(),
    '/api/export-jobs': await made('/api/export-jobs', { type: 'export-job', attributes: { kind: 'profiles' } }),
  };
};

interface Identifier {
  readonly type: string;
  readonly id: string;
}

/** Query parameters that a route requires besides the id. */
const queries: Readonly<Record<string, string>> = { getConsentAnswer: '?channel=email' };

const ofOne = allServices
  .flatMap(({ routes }) => Object.entries(routes))
  .filter(([, { path, scope }]) => path.includes('{') && scope.includes(':'))
  // Every account has those of the same ids. The tests of resources compare them.
  .filter(([, { path }]) => !path.startsWith('/api/mapped-metrics'));

test('shows a resource to its own account only', {
  timeout: 60_000,
}, async () => {
  const app = await startFaulty({});
  const things = await makeThings(app);
  const other = await createAccount({ name: 'Another shop' }, app.services);
  const { key } = await createKey({ account: other.id, name: 'k', scopes: ['*'] }, app.services);
  const stranger = { authorization: `Klaviyo-API-Key ${key}` };
  const pathOf = (path: string): string => {
    const [root = ''] = /^\/api\/[\w-]+/.exec(path) ?? [];
    // Add a missing resource to makeThings.
    expect(Object.keys(things)).toContain(root);
    return path.replace(/\{\w+\}/, things[root] ?? '');
  };

  for (const [id, { method, path }] of ofOne) {
    const at = `${pathOf(path)}${queries[id] ?? ''}`;
    if (method === 'GET') {
      expect([at, (await app.get(at)).status]).toEqual([at, 200]);
      expect([at, (await app.get(at, stranger)).status]).toEqual([at, 404]);
    } else {
      const before = (await app.get(at)).body;
      // Some are actions on a resource, and have nothing to read at their own path.
      const { type, id: own } = before.data ?? {};
      const attributes = String(type).endsWith('-job') ? { status: 'queued' } : {};
      const data = Array.isArray(before.data)
        ? before.data.length > 0
          ? before.data.map(({ type: of, id: one }: Identifier) => ({ type: of, id: one }))
          : [{ type: 'profile', id: things['/api/profiles'] }]
        : { type, id: own, attributes };
      const body = { data };
      expect([at, method, (await app.send(method, at, body, stranger)).status]).toEqual([at, method, 404]);
      if (before.data) expect((await app.get(at)).body).toEqual(before);
    }
  }
  app.calm();
});
