import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { consent } from '../../../functions/services/consent.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';
import { bulk, subscribeTo, unsubscribeFrom } from '../consent/requests.ts';

const email = 'ada@example.com';
const all = { ...consent, routes: { ...profiles.routes, ...lists.routes, ...consent.routes } };
const DOUBLE = 'DoubleOptIn';

const start = async (settings: object = {}) => {
  const app = await startApp(all, { lists: ['news', DOUBLE] });
  if (Object.keys(settings).length > 0) await changeAccount(app.account, settings, app.services);
  await app.patch(`/api/lists/${DOUBLE}`, {
    data: { type: 'list', id: DOUBLE, attributes: { opt_in_process: 'double_opt_in' } },
  });
  const subscription = (id: string) => ({
    data: {
      type: 'subscription',
      attributes: { profile: { data: { type: 'profile', attributes: { email } } } },
      relationships: { list: { data: { type: 'list', id } } },
    },
  });
  return {
    ...app,
    listIds: async (): Promise<string[]> =>
      (await app.get('/api/lists?page[size]=100')).body.data.map(({ id }: { id: string }) => id).sort(),
    profilesKnown: async (): Promise<number> => (await app.get('/api/profiles')).body.data.length,
    subscribe: (list: string) =>
      app.post(
        '/api/profile-subscription-bulk-create-jobs',
        bulk([{ email, subscriptions: subscribeTo('email.marketing') }], { list }),
      ),
    unsubscribe: (list: string) =>
      app.post(
        '/api/profile-subscription-bulk-delete-jobs',
        bulk([{ email, subscriptions: unsubscribeFrom('email.marketing') }], { list, type: 'delete' }),
      ),
    bulkImport: (...ids: string[]) =>
      app.post('/api/profile-bulk-import-jobs', {
        data: {
          type: 'profile-bulk-import-job',
          attributes: { profiles: { data: [{ type: 'profile', attributes: { email } }] } },
          relationships: { lists: { data: ids.map((id) => ({ type: 'list', id })) } },
        },
      }),
    fromBrowser: (list: string) => app.post(`/client/subscriptions?company_id=${app.account}`, subscription(list)),
  };
};

const LIST = '/data/relationships/list/data/id';
/** Unknown ids, each similar to an existing one. */
const strange = ['NEWS', 'doubleoptin', ' news', 'news ', 'Win an iPhone at evil.example', 'ｎｅｗｓ'];

test.each(strange)('refuses a call that names the unknown list %j, and creates nothing', async (id) => {
  const app = await start();
  for (const call of [app.subscribe, app.unsubscribe, app.fromBrowser]) {
    const { status, body } = await call(id);
    expect([status, body.errors.map((one: { source: object }) => one.source)]).toEqual([400, [{ pointer: LIST }]]);
  }
  const { status, body } = await app.bulkImport('news', id);
  expect([status, body.errors.map((one: { source: object }) => one.source)]).toEqual([
    400,
    [{ pointer: '/data/relationships/lists/data/1/id' }],
  ]);
  expect([await app.listIds(), await app.profilesKnown()]).toEqual([[DOUBLE, 'news'], 0]);
});

test('treats a deleted list as unknown', async () => {
  const app = await start();
  // The removal of its members has not started.
  app.serveWith({ queue: () => ({ send: async () => {} }) });
  await app.delete('/api/lists/news');
  for (const call of [app.subscribe, app.unsubscribe, app.fromBrowser])
    expect((await call('news')).body.errors).toMatchObject([{ source: { pointer: LIST } }]);
});

test('creates lists named by keyed calls if the account allows it, and never for browsers', async () => {
  const app = await start({ unknownLists: 'create' });
  expect((await app.fromBrowser('from a browser')).status).toBe(400);
  expect((await app.subscribe('migrated')).status).toBe(202);
  expect((await app.unsubscribe('another')).status).toBe(202);
  expect(await app.listIds()).toEqual([DOUBLE, 'migrated', 'news']);
  expect((await app.subscribe(' blank')).status).toBe(400);
});

test("applies the account's opt-in process to a list that a call created", async () => {
  const app = await start({ unknownLists: 'create', optInProcess: 'double_opt_in' });
  // There is no sender here; only double opt-in needs one.
  expect((await app.subscribe('migrated')).body.errors[0].detail).toMatch(/double_opt_in/);
});

test('does not recreate a list that was deleted before a subscription took effect', async () => {
  const waiting: object[] = [];
  const app = await start();
  app.serveWith({ queue: () => ({ send: async (message) => void waiting.push(message) }) });
  expect((await app.fromBrowser('news')).status).toBe(202);
  expect((await app.delete('/api/lists/news')).status).toBe(204);
  app.serveWith({});
  app.at('2026-01-01T00:05:00Z');
  for (const message of waiting) await app.services.queue().send(message as never);
  expect(await app.listIds()).toEqual([DOUBLE]);
  const { body } = await app.get('/api/profiles?additional-fields[profile]=subscriptions');
  expect(body.data[0].attributes.subscriptions.email.marketing.consent).toBe('SUBSCRIBED');
  expect((await app.get(`/api/profiles/${body.data[0].id}/lists`)).body.data).toEqual([]);
});
