import { type AttributeValue, DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { ensureSecret, keyedHashes } from '../../../functions/domains/accounts/tokens/actions.ts';
import { erasedIdentifiers } from '../../../functions/domains/erased/store.ts';
import { sized } from '../../support/size.ts';
import { askToErase, countsIn, eventOf, profileOf, subscribing } from '../privacy/people.ts';
import { startShop } from '../privacy/shop.ts';

const readable = 'ada@müller.example';
const ascii = 'ada@xn--mller-kva.example';
const spellings = [
  readable,
  ascii,
  'ADA@MÜLLER.EXAMPLE',
  'ada@ｍüller．ｅｘａｍｐｌｅ',
  'ada@müller。example',
  'ａｄａ＠müller．example',
  '\u200bada@müller.example\u2060',
];
/** A domain without addresses, whose mails reach everybody. */
const broken = [`“${readable}”`, `${readable}!`, `${readable}/`, `%20${ascii}`, `'${ascii}'`];
const ANY = /ada@(m(ü|\\u00fc)ller|xn--mller)|ada@ｍ|ADA@|ａｄａ＠/;

const suppressing = (email: string) => ({
  data: {
    type: 'profile-suppression-bulk-create-job',
    attributes: { profiles: { data: [{ type: 'profile', attributes: { email } }] } },
  },
});

test.each(sized({ full: spellings, reduced: spellings.slice(-2) }))(
  'erases %s under every spelling of the domain, permanently',
  {
    timeout: 60_000,
  },
  async (named) => {
    const shop = await startShop();
    for (const [i, email] of spellings.entries()) {
      expect((await shop.post('/api/events', eventOf({ email }, { value: i }))).status).toBe(202);
      await shop.post('/api/profile-subscription-bulk-create-jobs', subscribing(email, 'news'));
    }
    expect((await shop.get('/api/profiles')).body.data).toHaveLength(1);
    await shop.importFile(
      'profiles/a.csv',
      `Email,Timezone,Phone Number\n${[...spellings, ...broken].map((one) => `${one},x,wrong`).join('\n')}\n`,
    );

    const certificate = await shop.erase({ email: named });

    expect(certificate.status).toBe('complete');
    expect(countsIn(certificate)).toMatchObject({
      'table/profile': 1,
      'table/event': 7,
      'imports/failed-row': 7 + broken.length,
    });
    expect(await shop.table()).not.toMatch(ANY);
    expect((await shop.files()).filter(([key, text]) => ANY.test(key) || ANY.test(text))).toEqual([]);
    for (const email of spellings) {
      expect((await shop.post('/api/profiles', profileOf({ email }))).status).toBe(410);
      await shop.post('/api/profile-suppression-bulk-create-jobs', suppressing(email));
    }
    await shop.importFile('profiles/b.csv', `Email\n${spellings.join('\n')}\n`);
    expect(await shop.table()).not.toMatch(ANY);
  },
);

/** As stored by a version that compared addresses as received. */
const asBefore = (item: Record<string, AttributeValue>): Record<string, AttributeValue> =>
  JSON.parse(JSON.stringify(item).replaceAll(ascii, readable));

const key = ({ pk, sk }: Record<string, AttributeValue>) => ({ pk: pk ?? { S: '' }, sk: sk ?? { S: '' } });

test('finds, suppresses and erases data stored under the other spelling', {
  timeout: 60_000,
}, async () => {
  const shop = await startShop();
  const { id } = (await shop.post('/api/profiles', profileOf({ email: readable }))).body.data;
  await shop.post('/api/profile-subscription-bulk-create-jobs', subscribing(readable, 'news'));
  for (const item of await shop.items()) {
    if (!JSON.stringify(item).includes(ascii)) continue;
    await shop.client.send(new DeleteItemCommand({ TableName: shop.tableName, Key: key(item) }));
    await shop.store(asBefore(item));
  }
  expect(await shop.table()).not.toContain(ascii);

  const found = await shop.get(`/api/profiles?filter=equals(email,"${ascii}")`);
  expect(found.body.data.map((one: { id: string }) => one.id)).toEqual([id]);
  expect((await shop.post('/api/profile-import', profileOf({ email: ascii }))).body.data.id).toBe(id);
  const marketing = async () =>
    (await shop.get(`/api/profiles/${id}?additional-fields[profile]=subscriptions`)).body.data.attributes.subscriptions
      .email.marketing;
  expect((await marketing()).can_receive_email_marketing).toBe(true);
  await shop.post('/api/profile-suppression-bulk-create-jobs', suppressing(ascii));
  expect((await marketing()).can_receive_email_marketing).toBe(false);
  const reason = 'subscriptions.email.marketing.suppression.reason';
  const suppressed = await shop.get(`/api/profiles?filter=equals(${reason},"USER_SUPPRESSED")`);
  expect(suppressed.body.data.map((one: { id: string }) => one.id)).toEqual([id]);

  const certificate = await shop.erase({ email: ascii });

  expect(countsIn(certificate)).toMatchObject({ 'table/profile': 1, 'table/suppression': 1 });
  expect(await shop.table()).not.toMatch(ANY);
});

test('recognizes a person who was erased by the hash of the other spelling', async () => {
  const shop = await startShop();
  await shop.erase({ email: 'eve@example.com' });
  await ensureSecret('erasure', shop.context());
  const texts = [JSON.stringify(['email', readable])];
  const [[hash = ''] = []] = await keyedHashes({ purpose: 'erasure', texts }, shop.context());
  const at = shop.services.now().toISOString();
  const item = erasedIdentifiers.toItem({ account: shop.account, hash, job: 'before', at });
  await shop.store(Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: String(value) }])));

  for (const email of [readable, ascii])
    expect((await shop.post('/api/profiles', profileOf({ email }))).status).toBe(410);
  expect((await askToErase(shop, { email: ascii })).status).toBe(202);
});

test.each(['“ada@example.com', "'ada@example.com", 'ａda@example.com', 'ada@example.xn--com-9o0a'])(
  'finds, changes and erases a profile with the address %s from before the rule',
  { timeout: 60_000 },
  async (former) => {
    const shop = await startShop();
    const { id } = (await shop.post('/api/profiles', profileOf({ email: 'bob@example.com' }))).body.data;
    for (const item of await shop.items()) {
      const text = JSON.stringify(item);
      if (!text.includes('bob@example.com')) continue;
      await shop.client.send(new DeleteItemCommand({ TableName: shop.tableName, Key: key(item) }));
      await shop.store(JSON.parse(text.replaceAll('bob@example.com', former)));
    }

    const found = await shop.get(`/api/profiles?filter=${encodeURIComponent(`equals(email,"${former}")`)}`);
    expect(found.body.data.map((one: { id: string }) => one.id)).toEqual([id]);
    const changed = { data: { type: 'profile', id, attributes: { first_name: 'Ada' } } };
    const { status, body } = await shop.send('PATCH', `/api/profiles/${id}`, changed);
    expect([status, body.data.attributes]).toMatchObject([200, { email: former, first_name: 'Ada' }]);

    const certificate = await shop.erase({}, id);

    expect(countsIn(certificate)).toMatchObject({ 'table/profile': 1, 'table/identifier': 1 });
    expect(await shop.table()).not.toContain(former);
  },
);

test('accepts the erasure of an address that would be refused today', async () => {
  const shop = await startShop();
  expect((await askToErase(shop, { email: '“ada@example.com' })).status).toBe(202);
  expect((await askToErase(shop, { email: 'ada at example.com' })).status).toBe(400);
});
