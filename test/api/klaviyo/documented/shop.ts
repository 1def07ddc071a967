import { webFeedStore } from '../../../../functions/domains/feeds/web/feed.ts';
import { createExchangeToken } from '../../../../functions/domains/profiles/exchange-token.ts';
import { bulk, subscribeTo, unsubscribeFrom } from '../../../domains/consent/requests.ts';
import { startFaulty } from '../../../faults/harness.ts';
import { formVersion } from '../../../platform/http/resource/form-fixtures.ts';
import { bulkBodies, categoryBody, itemBody, variantBody } from '../../../support/catalog/catalog-bodies.ts';

const profile = (attributes: object) => ({ data: { type: 'profile', attributes } });
const person = {
  email: 'ada@example.com',
  phone_number: '+4930123456',
  external_id: 'c-1',
  first_name: 'Ada',
  location: { city: 'Berlin' },
  properties: { size: 'M' },
};

/** A shop with one of each resource that paths and filters can name. */
export const startShop = async () => {
  const app = await startFaulty({});
  const made = async (path: string, body: object) => {
    const { status, body: answer } = await app.post(path, body);
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer?.data?.id ?? '';
  };
  const profileId: string = await made('/api/profiles', profile(person));
  await made('/api/push-tokens', {
    data: {
      type: 'push-token',
      attributes: { token: 't-1', platform: 'ios', vendor: 'apns', profile: profile({ email: person.email }) },
    },
  });
  const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
  const properties = { OrderId: 1 };
  await made('/api/events', {
    data: { type: 'event', attributes: { metric, profile: profile({ email: person.email }), properties } },
  });

  const subscribe = '/api/profile-subscription-bulk-create-jobs';
  const left = ['bob@example.com', 'eve@example.com'].map((email) => ({
    email,
    subscriptions: subscribeTo('email.marketing'),
  }));
  await made(
    subscribe,
    bulk([{ email: person.email, subscriptions: subscribeTo('email.marketing') }, ...left], { list: 'news' }),
  );
  const leaving = [{ email: 'bob@example.com', subscriptions: unsubscribeFrom('email.marketing') }];
  await made('/api/profile-subscription-bulk-delete-jobs', bulk(leaving, { list: 'news', type: 'delete' }));
  const job = (type: string, attributes: object, relationships?: object) => ({
    data: { type, attributes, ...(relationships && { relationships }) },
  });
  const ofList = { list: { data: { type: 'list', id: 'sales' } } };
  const suppressed = (kind: string, email: string) =>
    job(`profile-suppression-bulk-${kind}-job`, { profiles: { data: [profile({ email }).data] } });
  const ids: Record<string, string> = {};
  for (const kind of ['create', 'delete']) {
    const path = `/api/profile-suppression-bulk-${kind}-jobs`;
    // Eve stays suppressed.
    ids[path] = await made(path, suppressed(kind, kind === 'create' ? 'eve@example.com' : 'nobody@example.com'));
    await made(path, job(`profile-suppression-bulk-${kind}-job`, {}, ofList));
  }
  const rows = [
    profile({ email: 'kim@example.com' }).data,
    { ...profile({ email: 'x@example.com' }).data, id: 'none' },
  ];
  ids['/api/profile-bulk-import-jobs'] = await made(
    '/api/profile-bulk-import-jobs',
    job('profile-bulk-import-job', { profiles: { data: rows } }, { lists: { data: [{ type: 'list', id: 'news' }] } }),
  );
  await app.workOff();

  const form = await made('/api/forms', {
    data: { type: 'form', attributes: { name: 'Welcome', definition: { versions: [formVersion()] } } },
  });
  const webhook = await made('/api/webhooks', {
    data: {
      type: 'webhook',
      attributes: { name: 'Till', endpoint_url: 'https://shop.example', secret_key: 'sixteen characters' },
      relationships: { 'webhook-topics': { data: [{ type: 'webhook-topic', id: 'consent.changed' }] } },
    },
  });
  // Not by a call, which would fetch it.
  const webFeed = await webFeedStore.create(
    { name: 'news', url: 'https://shop.example/news', method: 'get', format: 'json' },
    app.context(),
  );
  const category = await made('/api/catalog-categories', { data: categoryBody('shirts') });
  const item = await made('/api/catalog-items', { data: itemBody('blue', {}, ['shirts']) });
  const variant = await made('/api/catalog-variants', { data: variantBody('blue-m', 'blue') });
  for (const { path, data } of bulkBodies({ category, item, variant })) ids[path] = await made(path, { data });
  await app.workOff();
  const ordersId: string = (await app.get('/api/metrics')).body.data[0].id;
  const customMetric = await made('/api/custom-metrics', {
    data: {
      type: 'custom-metric',
      attributes: {
        name: 'Orders',
        definition: { aggregation_method: 'count', metric_groups: [{ metric_id: ordersId }] },
      },
    },
  });
  const only = async (path: string): Promise<string> => (await app.get(path)).body.data[0].id;
  Object.assign(ids, {
    '/api/accounts': app.account,
    '/api/catalog-categories': category,
    '/api/catalog-items': item,
    '/api/catalog-variants': variant,
    '/api/events': await only('/api/events'),
    '/api/forms': form,
    '/api/form-versions': await only(`/api/forms/${form}/form-versions`),
    '/api/lists': 'news',
    '/api/metrics': ordersId,
    '/api/custom-metrics': customMetric,
    '/api/mapped-metrics': 'revenue',
    '/api/metric-properties': await only(`/api/metrics/${ordersId}/metric-properties`),
    '/api/profiles': profileId,
    '/api/push-tokens': await only('/api/push-tokens'),
    '/api/web-feeds': webFeed.id,
    '/api/webhooks': webhook,
    '/api/webhook-topics': 'consent.changed',
  });
  return {
    ...app,
    ids,
    person,
    profileId,
    metricId: ordersId,
    customMetric,
    kx: await createExchangeToken(profileId, app.context()),
    /** The path of an operation, for the resources of the shop. */
    about: (path: string): string => {
      const [, root = ''] = /^(\/api\/[\w-]+)/.exec(path) ?? [];
      return path.replace('{id}', ids[root] ?? '');
    },
  };
};
export type Shop = Awaited<ReturnType<typeof startShop>>;
