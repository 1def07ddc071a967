import { expect, test } from 'vitest';
import { recordChange } from '../../../functions/domains/accounts/audit/record.ts';
import { ApiError } from '../../../functions/platform/errors.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { webhooks } from '../../../functions/services/webhooks.ts';
import { startApp } from '../../support/app.ts';

/** Endpoints of several services, on one table. */
const together: ServiceDeclaration = {
  ...profiles,
  routes: { ...profiles.routes, ...lists.routes, ...webhooks.routes },
};
const startShop = () => startApp(together);
type Shop = Awaited<ReturnType<typeof startShop>>;

const entriesOf = async (app: Shop) => {
  const { body } = await app.get('/api/audit-entries?sort=at');
  return body.data.map(({ attributes }: { attributes: object }) => attributes);
};

const list = (attributes: object, id?: string) => ({ data: { type: 'list', ...(id && { id }), attributes } });

test('tells who changed what, with the values before and after', async () => {
  const app = await startShop();
  const { body } = await app.post('/api/lists', list({ name: 'Club' }));
  const { id } = body.data;
  app.at('2026-01-02T00:00:00Z');
  await app.patch(`/api/lists/${id}`, list({ name: 'Friends' }, id));

  const actor = { type: 'key', id: app.keyId, last_four: app.key.slice(-4) };
  const of = { actor, resource_type: 'list', resource_id: id, outcome: 'done', error: null };
  expect(await entriesOf(app)).toMatchObject([
    { ...of, action: 'create', before: null, after: { name: 'Club' } },
    { ...of, action: 'update', before: { name: 'Club' }, after: { name: 'Friends' } },
  ]);
});

test('lists the newest change first, page by page, and gives one by its id', async () => {
  const app = await startShop();
  for (const name of ['a', 'b', 'c']) {
    app.at(`2026-01-0${'abc'.indexOf(name) + 1}T00:00:00Z`);
    await app.post('/api/lists', list({ name }));
  }
  const first = await app.get('/api/audit-entries?page[size]=2');
  const names = (answer: typeof first) =>
    answer.body.data.map((one: { attributes: { after: { name: string } } }) => one.attributes.after.name);
  expect(names(first)).toEqual(['c', 'b']);
  const { pathname, search } = new URL(first.body.links.next);
  expect(names(await app.get(`${pathname}${search}`))).toEqual(['a']);
  const [{ id, attributes }] = first.body.data;
  expect((await app.get(`/api/audit-entries/${id}`)).body.data.attributes).toEqual(attributes);
  expect((await app.get('/api/audit-entries/nothing')).status).toBe(404);
});

test('a refused change is recorded with the reason', async () => {
  const app = await startShop();
  const attributes = {
    name: 'Shop',
    endpoint_url: 'http://shop.example',
    secret_key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  };
  const relationships = { 'webhook-topics': { data: [] } };
  const refused = await app.post('/api/webhooks', { data: { type: 'webhook', attributes, relationships } });
  expect(refused.status).toBe(400);
  expect(await entriesOf(app)).toMatchObject([
    { action: 'create', resource_type: 'webhook', resource_id: null, outcome: 'refused', error: 'invalid' },
  ]);
});

test('secrets and paths of receivers are in no entry', async () => {
  const app = await startShop();
  app.serveWith({ queue: () => ({ send: async () => undefined }) });
  const secret_key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const attributes = { name: 'Shop', endpoint_url: 'https://shop.example/hidden', secret_key };
  const relationships = { 'webhook-topics': { data: [{ type: 'webhook-topic', id: 'consent.changed' }] } };
  const { body } = await app.post('/api/webhooks', { data: { type: 'webhook', attributes, relationships } });
  const { id } = body.data;
  app.at('2026-01-01T12:00:00Z');
  await app.patch(`/api/webhooks/${id}`, {
    data: { type: 'webhook', id, attributes: { secret_key: `${secret_key.slice(0, -4)}AAAA` } },
  });
  app.at('2026-01-02T00:00:00Z');
  await app.delete(`/api/webhooks/${id}`);
  const entries = await entriesOf(app);
  expect(entries).toMatchObject([
    { after: { 'webhook-topics': [{ id: 'consent.changed' }], secret_key: '(not shown)' } },
    { action: 'update', after: { secret_key: '(not shown)' } },
    { action: 'delete', resource_id: id, before: { name: 'Shop' }, after: null },
  ]);
  expect(JSON.stringify(entries)).not.toMatch(/whsec_|hidden"|shop.example\/hidden/);
});

const actor = { kind: 'operator', name: 'ada' } as const;
const change = {
  action: 'update',
  type: 'thing',
  id: '1',
  before: { a: 1, b: 2 },
  after: () => ({ values: { a: 1, b: 3 } }),
};

test('a process that dies during a change leaves its start', async () => {
  const app = await startShop();
  const context = { ...app.context(), actor };
  void recordChange({ ...change, run: () => new Promise(() => undefined) }, context);
  await expect.poll(async () => (await entriesOf(app)).length).toBe(1);
  expect(await entriesOf(app)).toMatchObject([
    { actor: { type: 'operator', id: 'ada' }, outcome: 'started', before: { a: 1, b: 2 }, after: null },
  ]);
});

test('a failure and a refusal have different outcomes, and the reason of the change is thrown', async () => {
  const app = await startShop();
  const context = { ...app.context(), actor };
  const fail = (error: Error) => recordChange({ ...change, run: async () => Promise.reject(error) }, context);
  await expect(fail(new TypeError('broken'))).rejects.toThrow('broken');
  await expect(fail(new ApiError('not_found', { detail: 'gone' }))).rejects.toThrow('gone');
  const outcomes = (await entriesOf(app)).map(({ outcome, error }: { outcome: string; error: string }) => [
    outcome,
    error,
  ]);
  expect(outcomes.toSorted()).toEqual([
    ['failed', 'TypeError'],
    ['refused', 'not_found'],
  ]);
});

test('long values are recorded by their digest', async () => {
  const app = await startShop();
  const long = {
    ...change,
    before: { text: 'a'.repeat(3_000) },
    run: async () => 1,
    after: () => ({ values: { text: 'b' } }),
  };
  await recordChange(long, { ...app.context(), actor });
  expect(await entriesOf(app)).toMatchObject([{ before: { text: { bytes: 3_002 } }, after: { text: 'b' } }]);
});

test('another account sees none of it, and a key needs the scope', async () => {
  const app = await startShop();
  await app.post('/api/lists', list({ name: 'Club' }));
  const other = await startApp(together, { scopes: ['lists:read'] });
  expect((await other.get('/api/audit-entries')).status).toBe(403);
});
