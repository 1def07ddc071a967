import * as v from 'valibot';
import { bulkJobs, importedProfiles } from '../../../../functions/domains/bulk-imports/store.ts';
import { createExchangeToken } from '../../../../functions/domains/profiles/exchange-token.ts';
import { newJob } from '../../../../functions/platform/jobs/state.ts';
import { create, put } from '../../../../functions/platform/table/write.ts';
import { catalogFixtures } from './catalog-fixtures.ts';
import { type App, type Fixture, made, nameOf, type Shown } from './fixture.ts';
import { formFixtures } from './form-fixtures.ts';
import { addProperty, makeMetric, metricFixtures } from './metric-fixtures.ts';
import { topics } from './topics.ts';

export type { App, Fixture, Shown };

const makeProfile = async (n: number, app: App): Promise<string> => {
  const attributes = { email: `p${n}@example.com`, phone_number: `+491511234560${n}` };
  const id = await made(app, '/api/profiles', { type: 'profile', attributes });
  const device = { token: `token-${id}`, platform: 'ios', vendor: 'apns' };
  const profile = { data: { type: 'profile', attributes: { email: attributes.email } } };
  await made(app, '/api/push-tokens', { type: 'push-token', attributes: { ...device, profile } });
  return id;
};

const Integration = v.object({ integration: v.object({ name: v.string(), category: v.string() }) });
const integrationIn = (attributes: object) => v.parse(Integration, attributes).integration;

const profileOfToken = async (id: string, app: App): Promise<string> =>
  (await app.get(`/api/push-tokens/${id}`)).body.data.relationships.profile.data.id;

/** By type. The suite fails for a declared resource that is missing here. */
export const fixtures: Readonly<Record<string, Fixture>> = {
  list: {
    body: (n) => ({ attributes: { name: nameOf(n), opt_in_process: 'double_opt_in' } }),
    change: { name: 'Renamed', opt_in_process: 'single_opt_in' },
    isDeletedLater: true,
    related: {
      profiles: {
        make: makeProfile,
        filterValues: {
          push_token: ({ id }) => `token-${id}`,
          _kx: ({ id }, app) => createExchangeToken(id, app.context()),
        },
      },
    },
  },
  'import-mapping': {
    body: (n) => ({
      attributes: { name: nameOf(n), kind: 'profiles', headers: ['Email', 'Size', `Column ${n}`], mapping: {} },
    }),
    change: { name: 'Renamed', mapping: { types: { Size: 'number' } } },
  },
  ...formFixtures,
  ...catalogFixtures,
  ...metricFixtures,
  'catalog-feed': {
    body: (n) => ({
      attributes: { name: nameOf(n), source: { kind: 'url', location: `https://shop.example/${n}.xml` } },
    }),
    change: { name: 'Renamed', interval_hours: 12 },
  },
  'web-feed': {
    body: (n) => ({
      attributes: {
        name: nameOf(n),
        url: `https://shop.example/${n}.json`,
        request_method: n % 2 === 0 ? 'post' : 'get',
        content_type: 'json',
      },
    }),
    change: { name: 'Renamed' },
  },
  'product-feed': {
    body: (n) => ({ attributes: { name: nameOf(n), kind: n % 2 === 0 ? 'random' : 'newest' } }),
    change: { name: 'Renamed', in_stock_only: true },
  },
  metric: {
    make: (n, app) => makeMetric({ name: nameOf(n), ...(n > 1 && { service: `Service ${n}` }) }, app),
    related: { 'metric-properties': { relate: addProperty } },
    filterValues: {
      'integration.name': ({ attributes }) => integrationIn(attributes).name,
      'integration.category': ({ attributes }) => integrationIn(attributes).category,
    },
  },
  'push-token': {
    body: (n) => ({
      attributes: {
        token: `token-${n}`,
        platform: n % 2 === 0 ? 'ios' : 'android',
        vendor: n % 2 === 0 ? 'apns' : 'fcm',
        enablement_status: n === 2 ? 'DENIED' : 'AUTHORIZED',
        profile: { data: { type: 'profile', attributes: { email: `p${n}@example.com` } } },
      },
    }),
    filterValues: { 'profile.id': async ({ id }, app) => profileOfToken(id, app) },
    related: { profile: { relate: async (id, _, app) => profileOfToken(id, app) } },
  },
  profile: {
    body: (n) => ({ attributes: { email: `p${n}@example.com` } }),
    related: {
      lists: {
        async relate(id, n, app) {
          const list = await made(app, '/api/lists', { type: 'list', attributes: { name: nameOf(n) } });
          await app.post(`/api/lists/${list}/relationships/profiles`, { data: [{ type: 'profile', id }] });
          return list;
        },
      },
      'push-tokens': {
        async relate(id, n, app) {
          const device = { token: `token-${n}`, platform: 'ios', vendor: 'apns' };
          const profile = { data: { type: 'profile', id } };
          await made(app, '/api/push-tokens', { type: 'push-token', attributes: { ...device, profile } });
          return (await app.get(`/api/push-tokens?filter=equals(profile.id,"${id}")`)).body.data.at(-1).id;
        },
      },
    },
  },
  'profile-bulk-import-job': {
    async make(_, { table, context }) {
      const counts = { total: 0, settled: 0, completed: 0, failed: 0 };
      await table.write(create(bulkJobs, { ...newJob(context(), 30), lists: [], ...counts }));
    },
    undeclared: ['import-errors'],
    related: {
      lists: {
        async relate(id, n, app) {
          const { account, table } = app;
          const list = await made(app, '/api/lists', { type: 'list', attributes: { name: nameOf(n) } });
          const job = await table.get(bulkJobs, { account, id });
          if (job) await table.write(put(bulkJobs, { ...job, lists: [...job.lists, list] }));
          return list;
        },
      },
      profiles: {
        async relate(job, n, app) {
          const profileId = await makeProfile(n, app);
          const { account, table } = app;
          await table.write(create(importedProfiles, { account, job, profileId, expiresAt: 4_000_000_000 }));
          return profileId;
        },
      },
    },
  },
  webhook: {
    body: (n) => ({
      attributes: {
        name: nameOf(n),
        endpoint_url: `https://shop-${n}.example`,
        secret_key: `a secret of shop ${n}`,
        ...(n % 2 === 0 && { description: `The ${n}th` }),
      },
      relationships: { 'webhook-topics': { data: [] } },
    }),
    change: { name: 'Renamed', enabled: false, description: null, endpoint_url: 'https://other.example' },
    related: {
      'webhook-topics': {
        async relate(id, n, app) {
          const topics = [
            'consent.changed',
            'import.finished',
            'list.member_added',
            'profile.created',
            'profile.merged',
          ];
          const data = topics.slice(0, n + 1).map((topic) => ({ type: 'webhook-topic', id: topic }));
          const relationships = { 'webhook-topics': { data } };
          await app.patch(`/api/webhooks/${id}`, { data: { type: 'webhook', id, attributes: {}, relationships } });
          return topics[n] ?? '';
        },
      },
    },
  },
  'webhook-topic': {},
  'audit-entry': {
    make: (n, app) => {
      app.at(`2026-02-01T00:00:0${n}Z`);
      return made(app, '/api/lists', { type: 'list', attributes: { name: nameOf(n) } });
    },
  },
  integration: {
    body: (n) => ({ attributes: { name: nameOf(n), source: n % 2 === 0 ? 'shopify' : 'woocommerce' } }),
    change: { name: 'Renamed', enabled: false },
  },
  notifier: {
    body: (n) => ({
      attributes: {
        name: nameOf(n),
        endpoint_url: `https://example.com/${n}`,
        ...(n % 2 === 0 && { description: `The ${n}th` }),
      },
      relationships: { 'notifier-topics': { data: [] } },
    }),
    change: { name: 'Renamed', enabled: false, description: null },
    related: {
      'notifier-topics': { make: async (n) => topics[n % topics.length]?.id ?? '' },
      list: { make: (n, app) => made(app, '/api/lists', { type: 'list', attributes: { name: nameOf(n) } }) },
    },
  },
  'notifier-topic': {},
  'notifier-bulk-create-job': {
    body: (n) => ({
      attributes: {
        notifiers: {
          data: [{ type: 'notifier', attributes: { name: nameOf(n), endpoint_url: `https://example.com/${n}` } }],
        },
      },
    }),
  },
};
