import { expect, test } from 'vitest';
import { changeAccount, createAccount } from '../../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../../functions/domains/accounts/keys/actions.ts';
import { undoMerge } from '../../../../functions/domains/profiles/merge/actions.ts';
import { askToErase, certificateOf, countsIn, eventOf, profileOf, subscribing } from '../people.ts';
import { startShop } from '../shop.ts';

const email = 'ada@example.com';

test('keeps the data that another account has of the same person', { timeout: 60_000 }, async () => {
  const shop = await startShop();
  const other = await createAccount({ name: 'Other shop' }, shop.services);
  await changeAccount(other.id, { unknownLists: 'create' }, shop.services);
  const { key } = await createKey({ account: other.id, name: 'other', scopes: ['*'] }, shop.services);
  for (const headers of [{}, { authorization: `Klaviyo-API-Key ${key}` }]) {
    await shop.post('/api/events', eventOf({ email }), headers);
    await shop.post('/api/profile-subscription-bulk-create-jobs', subscribing(email, 'news'), headers);
  }
  for (const account of [shop.account, other.id])
    await shop.importFile(`profiles/${account}/a.csv`, `Email,Phone Number\n${email},wrong\n`);
  await shop.archiveAll(await shop.events());
  const theirs = async () => {
    const items = (await shop.items()).filter(({ pk }) => pk?.S?.startsWith(`A#${other.id}`));
    const files = (await shop.files()).filter(([name]) => name.includes(other.id));
    return JSON.stringify([items, files]);
  };
  const before = await theirs();
  expect(before.match(/ada@example.com/g)?.length).toBeGreaterThan(8);

  await shop.erase({ email });

  expect(await theirs()).toBe(before);
  const headers = { authorization: `Klaviyo-API-Key ${key}` };
  expect((await shop.post('/api/profile-import', profileOf({ email }), headers)).status).toBe(200);
  expect((await shop.post('/api/profile-import', profileOf({ email }))).status).toBe(410);
});

test('erases all profiles merged into a person, by any of their ids and addresses', {
  timeout: 60_000,
}, async () => {
  const shop = await startShop();
  const make = async (attributes: object): Promise<string> =>
    (await shop.post('/api/profiles', profileOf(attributes))).body.data.id;
  const [into, from, eve] = [
    await make({ email, external_id: 'ada-7' }),
    await make({ email: 'ada@work.example' }),
    await make({ email: 'eve@example.com' }),
  ];
  const merge = (id: string, source: string) =>
    shop.post('/api/profile-merge', {
      data: { type: 'profile-merge', id, relationships: { profiles: { data: [{ type: 'profile', id: source }] } } },
    });
  await shop.post('/api/events', eventOf({ email: 'ada@work.example' }));
  // Eve was merged into her once: the journal of it still names her identifiers.
  await merge(eve, into);
  const [undone] = (await shop.get(`/api/profiles/${eve}/merges`)).body.data;
  await undoMerge(undone.id, shop.context());
  await merge(into, from);
  await shop.post('/api/events', eventOf({ email: 'ada@work.example' }, { value: 2 }));

  const { body } = await askToErase(shop, {}, from);
  await shop.workOff();
  await shop.pass();

  const certificate = await certificateOf(shop, body.data.id);
  expect(certificate.profile_ids.toSorted()).toEqual([into, from].toSorted());
  expect(countsIn(certificate)).toMatchObject({
    'table/profile': 2,
    'table/identifier': 3,
    'table/event': 2,
    'table/profile-merge': 2,
    'table/profile-merge-undone': 1,
  });
  expect(await shop.table()).not.toMatch(/ada@|ada-7/);
  expect((await shop.get(`/api/profiles/${eve}`)).body.data.attributes.email).toBe('eve@example.com');
  for (const id of [into, from]) expect((await shop.get(`/api/profiles/${id}`)).status).toBe(404);
  shop.wait(2);
  for (const one of [{ email }, { email: 'ada@work.example' }, { external_id: 'ada-7' }])
    expect((await shop.post('/api/profiles', profileOf(one))).status).toBe(410);
});

test('erases a person again after a late writer recreated them, also by id', {
  timeout: 60_000,
}, async () => {
  const shop = await startShop();
  const { id: profileId } = (await shop.post('/api/profiles', profileOf({ email }))).body.data;
  await shop.post('/api/events', eventOf({ email }));
  const [late] = await shop.events();
  const { body } = await askToErase(shop, { email });
  await shop.workOff();
  // A process that read the account's settings before caches them for a minute.
  expect((await shop.post('/api/events', eventOf({ email }, { value: 7 }))).headers['Tributary-Event']).not.toBe(
    'erased',
  );
  await shop.store({ ...late, sk: { S: `${late?.sk?.S}X` } });
  await shop.pass();
  expect(await shop.table()).toMatch(/ada@example.com/);

  shop.wait(16);
  await shop.pass(body.data.id);

  expect(await shop.table()).not.toMatch(/ada@/);
  expect((await shop.events()).length).toBe(0);
  const certificate = await certificateOf(shop, body.data.id);
  expect(certificate.profile_ids).toHaveLength(2);
  expect(certificate.profile_ids).toContain(profileId);
  expect(countsIn(certificate)).toMatchObject({ 'table/profile': 2, 'table/event': 3 });
});

test('bars an unknown address, and removes nothing', async () => {
  const shop = await startShop();
  const certificate = await shop.erase({ email });

  expect(certificate).toMatchObject({ status: 'complete', profile_ids: [], removed: [], removed_ledgers: [] });
  expect(certificate.remaining).toHaveLength(2);
  expect((await shop.post('/api/profiles', profileOf({ email }))).status).toBe(410);
  const job = (await shop.items()).find(({ type }) => type?.S === 'deletion_job');
  expect(JSON.stringify(job)).not.toMatch(/ada@/);
});
