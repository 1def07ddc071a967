import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { followStock } from '../../../functions/domains/back-in-stock/follow-stock.ts';
import { readSubscriptionsOf } from '../../../functions/domains/back-in-stock/list.ts';
import { deleteVariant } from '../../../functions/domains/catalog/delete.ts';
import { changeConsent, suppress } from '../../../functions/domains/consent/actions.ts';
import { mergeProfiles } from '../../../functions/domains/profiles/merge/actions.ts';
import { startStock } from './start.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}@example.com`);

test('tells everybody who waits once, oldest first, when the stock rises from zero', async () => {
  const shop = await startStock();
  for (const email of names(5)) await shop.subscribe(email);
  await shop.restock(0);
  expect(await shop.notified(names(5))).toEqual([0, 0, 0, 0, 0]);
  await shop.restock(3);
  expect(await shop.notified(names(5))).toEqual([1, 1, 1, 1, 1]);
  const [event] = await shop.eventsOf(await shop.profileIdOf('p0@example.com'));
  expect(event?.properties).toMatchObject({
    ProductID: 'i',
    VariantID: 'v',
    ProductName: 'Shirt',
    SKU: 'S',
    Price: 10,
    URL: 'https://shop.example/shirt',
    Channels: ['EMAIL'],
  });
  await shop.restock(7);
  await shop.restock(-2);
  await shop.restock(4);
  expect(await shop.notified(names(5))).toEqual([1, 1, 1, 1, 1]);
});

test('tells somebody who asks again once more', async () => {
  const shop = await startStock();
  await shop.subscribe('ada@example.com');
  await shop.subscribe('ada@example.com');
  await shop.restock(1);
  expect(await shop.notified(['ada@example.com'])).toEqual([1]);
  await shop.restock(0);
  await shop.subscribe('ada@example.com');
  expect(await shop.statusesOf('ada@example.com')).toEqual(['waiting']);
  await shop.restock(1);
  expect(await shop.notified(['ada@example.com'])).toEqual([2]);
});

test('a variant that is published with stock is back too, and one that is not published is not', async () => {
  const shop = await startStock();
  await shop.storeVariant({ id: 'v', published: false });
  await shop.readStream();
  await shop.subscribe('ada@example.com');
  await shop.restock(5);
  expect(await shop.notified(['ada@example.com'])).toEqual([0]);
  await shop.storeVariant({ id: 'v', published: true });
  await shop.restock(5);
  expect(await shop.notified(['ada@example.com'])).toEqual([1]);
});

test('tells only people who may be contacted, and says why others were skipped', async () => {
  const shop = await startStock();
  const context = shop.context();
  for (const email of ['never@example.com', 'out@example.com', 'gone@example.com']) await shop.subscribe(email);
  await shop.subscribe('sms@example.com', { channels: ['SMS'] });
  await shop.subscribe('both@example.com', { channels: ['SMS', 'EMAIL'] });
  await shop.subscribe('push@example.com', { channels: ['PUSH'] });
  await shop.optOut('out@example.com');
  await suppress(
    { address: { kind: 'email', value: 'gone@example.com' }, reason: 'HARD_BOUNCE', at: new Date(shop.time()) },
    context,
  );
  await changeConsent(
    {
      profileId: await shop.profileIdOf('push@example.com'),
      channel: 'push',
      type: 'marketing',
      to: 'SUBSCRIBED',
      at: new Date(shop.time()),
      evidence: { method: 'api' },
    },
    context,
  );
  await shop.restock(1);
  const emails = ['never', 'out', 'gone', 'sms', 'both', 'push'].map((name) => `${name}@example.com`);
  expect(await shop.notified(emails)).toEqual([1, 0, 0, 0, 1, 1]);
  expect(await Promise.all(emails.map((email) => shop.statusesOf(email)))).toEqual([
    ['sent'],
    ['skipped unsubscribed'],
    ['skipped suppressed'],
    ['skipped never_subscribed'],
    ['sent'],
    ['sent'],
  ]);
  const [both] = await readSubscriptionsOf([await shop.profileIdOf('both@example.com')], context);
  expect(both?.sentTo).toEqual(['EMAIL']);
});

test('tells a person with merged profiles once', async () => {
  const shop = await startStock();
  for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) await shop.subscribe(email);
  const [destination, source] = [await shop.profileIdOf('b@example.com'), await shop.profileIdOf('a@example.com')];
  await mergeProfiles({ destination, source, cause: 'request' }, shop.context());
  await shop.restock(1);
  const counts = [await shop.eventsOf(source), await shop.eventsOf(destination)].map(({ length }) => length);
  expect(counts).toEqual([0, 1]);
  expect(await readSubscriptionsOf([source, destination], shop.context())).toMatchObject([
    { sentTo: ['EMAIL'] },
    { sentTo: ['EMAIL'] },
  ]);
});

test('tells as many people per unit as the account says, and stops when it is sold out', async () => {
  const shop = await startStock();
  await changeAccount(shop.account, { backInStock: { peoplePerUnit: 2, waitMinutes: 60 } }, shop.services);
  const all = names(12);
  for (const email of all) await shop.subscribe(email);
  await shop.optOut('p1@example.com');
  const notifiedCount = async () => (await shop.notified(all)).join('');
  await shop.restock(2);
  expect(await notifiedCount()).toBe('101110000000');
  shop.advance(59 * 60_000);
  await shop.work();
  expect(await notifiedCount()).toBe('101110000000');
  await shop.restock(1);
  shop.advance(2 * 60_000);
  await shop.work();
  expect(await notifiedCount()).toBe('101111100000');
  await shop.restock(0);
  shop.advance(2 * 3_600_000);
  await shop.work();
  expect(await notifiedCount()).toBe('101111100000');
  expect(await shop.statusesOf('p8@example.com')).toEqual(['waiting']);
  await shop.restock(1);
  expect(await notifiedCount()).toBe('101111111000');
});

test('the subscriptions of a deleted variant are removed, and those of a new one with its id stay', async () => {
  const shop = await startStock();
  for (const email of names(3)) await shop.subscribe(email);
  shop.advance(1_000);
  await deleteVariant('v', shop.context());
  await shop.readStream();
  const { item, sku, title, description, url } = {
    item: 'i',
    sku: 'S',
    title: 'New',
    description: '',
    url: 'https://shop.example',
  };
  shop.advance(1_000);
  await shop.storeVariant({ id: 'v', item, sku, title, description, url, price: 1, quantity: 0 });
  await shop.readStream();
  await shop.subscribe('new@example.com');
  await shop.work();
  expect(await Promise.all(names(3).map((email) => shop.statusesOf(email)))).toEqual([[], [], []]);
  await shop.restock(1);
  expect(await shop.notified([...names(3), 'new@example.com'])).toEqual([0, 0, 0, 1]);
});

test('changes that come twice or late start nothing anew', async () => {
  const shop = await startStock();
  await shop.subscribe('ada@example.com');
  const variant = await shop.storeVariant({ id: 'v', quantity: 0 });
  const key = { pk: `A#${shop.account}#VARIANT#v`, sk: 'VARIANT' };
  const rise = { kind: 'updated', key, at: '', before: variant, after: { ...variant, quantity: 1 } } as const;
  await followStock([{ ...rise, position: '5' }], shop.stockServices());
  await shop.storeVariant({ id: 'v', quantity: 1 });
  await shop.work();
  expect(await shop.notified(['ada@example.com'])).toEqual([1]);
  await shop.subscribe('ada@example.com');
  for (const position of ['5', '4']) await followStock([{ ...rise, position }], shop.stockServices());
  await shop.work();
  expect(await shop.notified(['ada@example.com'])).toEqual([1]);
  const broken = { ...rise, position: '6', after: { id: 'v' } };
  expect(await followStock([broken], shop.stockServices())).toEqual([broken]);
});
