import { expect, test } from 'vitest';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { BACK_IN_STOCK, SUBSCRIBED } from '../../../functions/domains/back-in-stock/events.ts';
import { stockSubscriptions } from '../../../functions/domains/back-in-stock/records/store.ts';
import { MAX_SUBSCRIPTIONS } from '../../../functions/domains/back-in-stock/records/subscription.ts';
import { CONSENTS, consents } from '../../../functions/domains/consent/records/store.ts';
import { profilePk } from '../../../functions/model/partition.ts';
import { PREFIX } from '../../support/catalog/catalog-bodies.ts';
import { bodyOf, startStock } from './start.ts';

const PATH = '/api/back-in-stock-subscriptions';

test('a subscription is stored with an event, and gives no consent', async () => {
  const shop = await startStock();
  const answer = await shop.post(PATH, bodyOf('v', { email: 'ada@example.com' }, ['EMAIL', 'SMS', 'EMAIL']));
  expect(answer).toMatchObject({ status: 202, text: '' });
  const id = await shop.profileIdOf('ada@example.com');
  expect(await shop.eventsOf(id, SUBSCRIBED)).toMatchObject([
    { properties: { VariantID: 'v', Channels: ['EMAIL', 'SMS'] }, source: `api:${shop.keyId}` },
  ]);
  expect(await shop.eventsOf(id, BACK_IN_STOCK)).toEqual([]);
  const page = { pk: profilePk(shop.account, id), prefix: CONSENTS, limit: 10 };
  expect(await shop.table.queryOf(consents, page)).toEqual([]);
  const { body } = await shop.get(`${PATH}?filter=equals(variant.id,"${PREFIX}v")`);
  expect(body.data).toMatchObject([
    {
      type: 'back-in-stock-subscription',
      attributes: { channels: ['EMAIL', 'SMS'], status: 'waiting', sent_to: [], skipped_reason: null, ended_at: null },
      relationships: {
        profile: { data: { type: 'profile', id } },
        variant: { data: { type: 'catalog-variant', id: `${PREFIX}v` } },
      },
    },
  ]);
});

test('lists who waits by variant, oldest first, and what became of a person by profile', async () => {
  const shop = await startStock();
  const emails = ['a', 'b', 'c'].map((name) => `${name}@example.com`);
  for (const email of emails) await shop.subscribe(email);
  const ids: string[] = [];
  let path: string | null = `${PATH}?filter=equals(variant.id,"${PREFIX}v")&page[size]=2`;
  while (path) {
    const { body }: Awaited<ReturnType<typeof shop.get>> = await shop.get(path);
    ids.push(
      ...body.data.map(
        (one: { relationships: { profile: { data: { id: string } } } }) => one.relationships.profile.data.id,
      ),
    );
    path = body.links.next?.replace('https://api.test', '') ?? null;
  }
  expect(ids).toEqual([
    await shop.profileIdOf('a@example.com'),
    await shop.profileIdOf('b@example.com'),
    await shop.profileIdOf('c@example.com'),
  ]);
  await shop.restock(1);
  expect((await shop.get(`${PATH}?filter=equals(variant.id,"${PREFIX}v")`)).body.data).toEqual([]);
  const { body } = await shop.get(`${PATH}?filter=equals(profile.id,"${ids[0]}")`);
  expect(body.data).toMatchObject([{ attributes: { status: 'sent', sent_to: ['EMAIL'] } }]);
  expect((await shop.get(`${PATH}?filter=equals(profile.id,"nobody")`)).body.data).toEqual([]);
  expect((await shop.get(`${PATH}?filter=equals(variant.id,"other")`)).body.data).toEqual([]);
  expect((await shop.get(PATH)).status).toBe(400);
});

test('refuses what names no variant, no channel or nobody, at its place', async () => {
  const shop = await startStock();
  const pointers = async (body: unknown) => {
    const answer = await shop.post(PATH, body);
    const all: readonly { readonly source?: { readonly pointer?: string } }[] = answer.body.errors;
    return [answer.status, ...all.map(({ source }) => source?.pointer)];
  };
  const person = { email: 'ada@example.com' };
  expect(await pointers(bodyOf('other', person))).toEqual([404, '/data/relationships/variant/data/id']);
  expect(await pointers(bodyOf('v', person, []))).toEqual([400, '/data/attributes/channels']);
  expect(await pointers(bodyOf('v', person, ['FAX']))).toEqual([400, '/data/attributes/channels/0']);
  expect(await pointers(bodyOf('v', {}))).toEqual([400, '/data/attributes/profile/data/attributes']);
});

test('needs the scopes of catalogs and of profiles', async () => {
  const shop = await startStock();
  const body = bodyOf('v', { email: 'ada@example.com' });
  const { key } = await createKey({ account: shop.account, name: 'k', scopes: ['catalogs:*'] }, shop.services);
  const headers = { authorization: `Klaviyo-API-Key ${key}` };
  expect((await shop.post(PATH, body, headers)).status).toBe(403);
  expect((await shop.get(`${PATH}?filter=equals(profile.id,"x")`, headers)).status).toBe(403);
});

test('a public call answers alike for everybody, and a robot stores nothing', async () => {
  const shop = await startStock();
  const path = `/client/back-in-stock-subscriptions?company_id=${shop.account}`;
  const headers = { authorization: '' };
  const body = bodyOf('v', { email: 'ada@example.com' });
  const robot = await shop.post(`${path}&onsite=true`, body, { ...headers, 'user-agent': 'Googlebot/2.1' });
  expect(robot.status).toBe(202);
  expect(await shop.statusesOf('ada@example.com')).toEqual([]);
  expect(await shop.post(path, body, headers)).toMatchObject({ status: 202, text: '' });
  expect(await shop.statusesOf('ada@example.com')).toEqual(['waiting']);
  expect((await shop.post(path, bodyOf('other', { email: 'ada@example.com' }), headers)).status).toBe(404);
});

test('a person waits for a bounded number of variants', async () => {
  const shop = await startStock();
  const profileId = await shop.profileIdOf('ada@example.com');
  const waiting = Array.from({ length: MAX_SUBSCRIPTIONS }, (_, i) => ({
    account: shop.account,
    profileId,
    variant: `v${i}`,
    id: `id${i}`,
    channels: ['EMAIL' as const],
    created: '2026-01-01T00:00:00.000Z',
    expiresAt: 2_000_000_000,
  }));
  await shop.table.createMany(stockSubscriptions, waiting);
  expect((await shop.post(PATH, bodyOf('v', { email: 'ada@example.com' }))).status).toBe(400);
  const path = `/client/back-in-stock-subscriptions?company_id=${shop.account}`;
  const publicly = await shop.post(path, bodyOf('v', { email: 'ada@example.com' }), { authorization: '' });
  expect(publicly.status).toBe(202);
  expect((await shop.get(`${PATH}?filter=equals(variant.id,"${PREFIX}v")`)).body.data).toEqual([]);
});
