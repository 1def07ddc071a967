import * as v from 'valibot';
import { bulkJobs, importedProfiles } from '../../../../functions/domains/bulk-imports/store.ts';
import { createExchangeToken } from '../../../../functions/domains/profiles/exchange-token.ts';
import { newJob } from '../../../../functions/platform/jobs/state.ts';
import { create, put } from '../../../../functions/platform/table/write.ts';
import type { startApp } from '../../../support/app.ts';
import { topics } from './topics.ts';

export type App = Awaited<ReturnType<typeof startApp>>;

/** A resource in the form of a response. */
export interface Shown {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships?: Readonly<Record<string, { readonly data?: unknown; readonly links?: object }>>;
}

/** The filter value that finds this one, if it is not an attribute. */
type Values = Readonly<Record<string, (one: Shown, app: App) => Promise<string> | string>>;

interface Related {
  /** Creates the nth related resource, and returns its id. */
  readonly make?: (n: number, app: App) => Promise<string>;
  /** If no endpoint changes the relationship: relates the nth to the one with this id, and returns its id. */
  readonly relate?: (id: string, n: number, app: App) => Promise<string>;
  readonly filterValues?: Values;
}

/** What the suite needs to create resources of a type. In all filters and sorts, the first five differ. */
export interface Fixture {
  /**
   * The `attributes` and `relationships` of the nth to create. @default `make`, else they exist from the start
   */
  readonly body?: (n: number) => { readonly attributes: object; readonly relationships?: object };
  /** Creates the nth, if another endpoint than its own creates it. */
  readonly make?: (n: number, app: App) => Promise<unknown>;
  /** Attributes to change, in the form of a response. */
  readonly change?: Readonly<Record<string, unknown>>;
  /** A job deletes it: until then it can be deleted again. */
  readonly isDeletedLater?: boolean;
  readonly filterValues?: Values;
  /** Relationships that are shown and served, and not declared. */
  readonly undeclared?: readonly string[];
  /** By name, the relationships that are not always empty. */
  readonly related?: Readonly<Record<string, Related>>;
}

const names = ['Zebra', 'apple', 'Mango', 'Émile', 'banana', 'Quince', 'cherry'];
const nameOf = (n: number): string => names[n] ?? `Name ${n}`;

const made = async (app: App, path: string, data: object): Promise<string> => {
  const { status, body } = await app.post(path, { data });
  if (status >= 300) throw new Error(`${path}: ${JSON.stringify(body)}`);
  return body?.data.id;
};

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
  metric: {
    make: (n, app) => {
      const metric = { name: nameOf(n), ...(n > 1 && { service: `Service ${n}` }) };
      const person = { data: { type: 'profile', attributes: { email: 'ada@example.com' } } };
      const named = { data: { type: 'metric', attributes: metric } };
      return made(app, '/api/events', {
        type: 'event',
        attributes: { properties: {}, metric: named, profile: person },
      });
    },
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
        endpoint_url: `https://example.com/${n}`,
        ...(n % 2 === 0 && { description: `The ${n}th` }),
      },
      relationships: { 'webhook-topics': { data: [] } },
    }),
    change: { name: 'Renamed', enabled: false, description: null },
    related: {
      'webhook-topics': { make: async (n) => topics[n % topics.length]?.id ?? '' },
      list: { make: (n, app) => made(app, '/api/lists', { type: 'list', attributes: { name: nameOf(n) } }) },
    },
  },
  'webhook-topic': {},
  'webhook-bulk-create-job': {
    body: (n) => ({
      attributes: {
        webhooks: {
          data: [{ type: 'webhook', attributes: { name: nameOf(n), endpoint_url: `https://example.com/${n}` } }],
        },
      },
    }),
  },
};
