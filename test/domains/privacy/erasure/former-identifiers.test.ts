import { expect, test } from 'vitest';
import { readAccessFile } from '../access/access-file.ts';
import { askToErase, certificateOf, countsIn, eventOf, profileOf, subscribing } from '../people.ts';
import { startShop } from '../shop.ts';

type Shop = Awaited<ReturnType<typeof startShop>>;

const old = 'old@example.com';
const timeout = { timeout: 60_000 };

const make = async (shop: Shop, attributes: object): Promise<string> =>
  (await shop.post('/api/profiles', profileOf(attributes))).body.data.id;

const change = (shop: Shop, id: string, attributes: object) =>
  shop.patch(`/api/profiles/${id}`, { data: { type: 'profile', id, attributes } });

const merge = async (shop: Shop, into: string, from: string): Promise<string> => {
  await shop.post('/api/profile-merge', {
    data: { type: 'profile-merge', id: into, relationships: { profiles: { data: [{ type: 'profile', id: from }] } } },
  });
  return (await shop.get(`/api/profiles/${into}/merges`)).body.data[0].id;
};

const undo = (shop: Shop, id: string) => shop.post(`/api/profile-merges/${id}/undo`, undefined);

/** Erases a person in one pass, and returns the counts of removed data. */
const erase = async (shop: Shop, attributes: object) => {
  const { body } = await askToErase(shop, attributes);
  await shop.workOff();
  await shop.pass();
  shop.wait(2);
  return countsIn(await certificateOf(shop, body.data.id));
};

/** Two merged profiles; the address of the second was given up later. */
const startMerged = async () => {
  const shop = await startShop();
  const into = await make(shop, { external_id: 'customer-7' });
  const from = await make(shop, { email: old, first_name: 'Ada' });
  const id = await merge(shop, into, from);
  expect((await change(shop, into, { email: 'new@example.com' })).status).toBe(200);
  return { shop, into, from, id };
};

test('finds a person by an address they gave up, includes all of their data, and erases them', timeout, async () => {
  const { shop, into, from, id } = await startMerged();
  await shop.post('/api/events', eventOf({ external_id: 'customer-7' }));
  const files = await readAccessFile(shop, { email: old });
  expect(files['profile.json']).toContain(from);
  expect(JSON.parse(files['identifiers.json'] ?? '')).toContainEqual({ kind: 'email', value: old, status: 'former' });

  expect(await erase(shop, { email: old })).toMatchObject({
    'table/profile': 2,
    'table/event': 1,
    'table/profile-merge': 1,
    'table/former-identifier': 1,
  });

  expect(await shop.table()).not.toMatch(/old@|new@|customer-7/);
  expect((await undo(shop, id)).status).toBe(404);
  for (const one of [into, from]) expect((await shop.get(`/api/profiles/${one}`)).status).toBe(404);
  expect((await shop.post('/api/profiles', profileOf({ email: old }))).status).toBe(410);
});

test('finds a person by a changed address without any merge', timeout, async () => {
  const shop = await startShop();
  const id = await make(shop, { email: old });
  await shop.post('/api/profile-subscription-bulk-create-jobs', subscribing(old, 'news'));
  await change(shop, id, { email: 'new@example.com' });

  expect(await erase(shop, { email: old })).toMatchObject({ 'table/profile': 1, 'table/consent-ledger-entry': 1 });

  expect(await shop.table()).not.toMatch(/old@|new@/);
});

test('erases only the new owner of an address, and no undo of a merge brings it back', timeout, async () => {
  const { shop, into, from, id } = await startMerged();
  await make(shop, { email: old, first_name: 'Eve' });

  expect(await erase(shop, { email: old })).toMatchObject({ 'table/profile': 1, 'table/former-identifier': 1 });

  expect(await shop.table()).not.toMatch(/old@|Eve/);
  expect((await undo(shop, id)).status).toBe(200);
  expect(await shop.table()).not.toMatch(/old@/);
  expect((await shop.get(`/api/profiles/${into}`)).body.data.attributes.email).toBe('new@example.com');
  expect((await shop.get(`/api/profiles/${from}`)).body.data.attributes.email).toBeNull();
});

test('removes from the journal of an undone merge what the other person had since', timeout, async () => {
  const { shop, id } = await startMerged();
  await make(shop, { email: old });
  const { body } = await undo(shop, id);
  expect(body.data.attributes.not_restored).toHaveLength(1);

  await erase(shop, { email: old });

  expect(await shop.table()).not.toMatch(/old@/);
});

test('does not erase a former owner of an identifier, however many passes run', timeout, async () => {
  const shop = await startShop();
  const eve = await make(shop, { email: 'eve@example.com', phone_number: '+4930123456' });
  await change(shop, eve, { phone_number: null });
  await make(shop, { email: old, phone_number: '+4930123456' });

  const certificate = await shop.erase({ email: old });

  expect(countsIn(certificate)).toMatchObject({ 'table/profile': 1 });
  expect((await shop.get(`/api/profiles/${eve}`)).status).toBe(200);
  expect(await shop.table()).not.toMatch(/old@|4930123456/);
});

test('does not restore erased data by an undo that began before the erasure', timeout, async () => {
  const { shop, into, id } = await startMerged();
  const { markErased } = await import('../../../../functions/domains/erased/actions.ts');
  await markErased([{ kind: 'email', value: old }], 'job', shop.context());

  expect((await undo(shop, id)).status).toBe(200);

  expect((await shop.get(`/api/profiles?filter=equals(email,"${old}")`)).body.data).toEqual([]);
  expect((await shop.get(`/api/profiles/${into}`)).status).toBe(200);
});
