import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeAccount } from '../../../../functions/domains/accounts/actions.ts';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../fixtures', name));
const drop = (app: App, folder: 'profiles' | 'events', name: string) => app.drop(`${folder}/${name}`, fixture(name));
const emailOf = async (app: App, email: string) => (await app.profile(email)).attributes.subscriptions.email.marketing;

const ordersOf = async (app: App, email: string) => {
  const { id } = await app.profile(email);
  const { body } = await app.get(`/api/events?filter=${encodeURIComponent(`equals(profile_id,"${id}")`)}`);
  return body.data.map((one: { attributes: { event_properties: object } }) => one.attributes.event_properties);
};

test("phone numbers of WooCommerce's orders are read with the country of the billing address", async () => {
  for (const name of ['woocommerce-webtoffee-orders.csv', 'woocommerce-local-orders.csv']) {
    const app = await startImports();
    const { attributes } = await drop(app, 'events', name);
    expect(attributes).toMatchObject({ status: 'complete', failed_count: 0 });
    expect((await app.profile('lotte@example.com')).attributes.phone_number).toBe('+49301234567');
    expect(await ordersOf(app, 'lotte@example.com')).toHaveLength(1);
  }
});

test('an order with an unreadable phone number is kept, with a warning', async () => {
  const app = await startImports();
  const { attributes } = await drop(app, 'events', 'woocommerce-local-orders.csv');
  expect(attributes).toMatchObject({
    created_count: 3,
    warnings: [{ code: 'unread_phone_number', column: 'Phone (Billing)', count: 1, rows: [4] }],
  });
  expect((await app.profile('clara@example.com')).attributes.phone_number).toBeNull();
  expect(await ordersOf(app, 'clara@example.com')).toMatchObject([{ 'Phone (Billing)': '0341 7654321' }]);

  const other = await startImports();
  await changeAccount(other.account, { phoneCountry: 'DE' }, other.services);
  expect((await drop(other, 'events', 'woocommerce-local-orders.csv')).attributes.warnings).toEqual([]);
  expect((await other.profile('clara@example.com')).attributes.phone_number).toBe('+493417654321');
});

test('a number has the country of its own address, or of one that the mapping names', async () => {
  const app = await startImports();
  const text = (header: string) =>
    `Email,Timestamp,Billing Phone,${header}\nada@example.com,2025-05-01,030 1234567,DE\n`;
  const kept = await app.drop('events/A.csv', text('Shipping Country'));
  expect(kept.attributes.warnings).toMatchObject([{ code: 'unread_phone_number' }]);
  expect((await app.drop('events/B.csv', text('Billing Country'))).attributes.warnings).toEqual([]);
  await app.put('events/C.mapping.json', '{"columns":{"Shipping Country":"Country"}}');
  expect((await app.drop('events/C.csv', text('Shipping Country'))).attributes.warnings).toEqual([]);
});

test('an unreadable number fails a row without another identifier, and every row of profiles', async () => {
  const app = await startImports();
  const alone = await app.drop('events/A.csv', 'Phone,Timestamp\n030 1234567,2025-05-01\n');
  expect(alone.attributes).toMatchObject({ created_count: 0, failed_count: 1 });
  const person = await app.drop('profiles/a.csv', 'Email,Phone,Country\nada@example.com,030 1234567,Narnia\n');
  expect(person.attributes.failed_count).toBe(1);
  expect(await app.report('profiles/a.errors.csv')).toContain("'Narnia' is not a known country");
});

test("Shopify's subscribers need a basis, or are imported without consent where the account allows it", async () => {
  const app = await startImports();
  await changeAccount(app.account, { unprovedConsent: 'import_profile' }, app.services);
  const { attributes } = await drop(app, 'profiles', 'shopify-customers.csv');
  expect(attributes).toMatchObject({
    created_count: 3,
    failed_count: 1,
    warnings: [
      { code: 'unproved_consent', column: 'Accepts Email Marketing', count: 1 },
      { code: 'unproved_consent', column: 'Accepts SMS Marketing', count: 1 },
    ],
  });
  expect((await emailOf(app, 'ada@example.com')).consent).toBe('NEVER_SUBSCRIBED');
});

test("Klaviyo's suppressed profiles stay suppressed, and its opt-outs stay opt-outs", async () => {
  const app = await startImports();
  expect((await drop(app, 'profiles', 'klaviyo-suppressed.csv')).attributes).toMatchObject({ created_count: 3 });
  expect(await emailOf(app, 'marie@example.com')).toMatchObject({ can_receive_email_marketing: true });
  expect(await emailOf(app, 'pierre@example.com')).toMatchObject({
    can_receive_email_marketing: false,
    suppression: [{ reason: 'SPAM_COMPLAINT' }],
  });
  expect(await emailOf(app, 'irene@example.com')).toMatchObject({ consent: 'UNSUBSCRIBED' });
});

test("HubSpot's unsubscribes and bounces become opt-outs and suppressions", async () => {
  const app = await startImports();
  const { attributes } = await drop(app, 'profiles', 'hubspot-unsubscribes-and-bounces.csv');
  expect(attributes).toMatchObject({ created_count: 5, failed_count: 0 });
  expect((await emailOf(app, 'grace@example.com')).consent).toBe('UNSUBSCRIBED');
  for (const [email, reason] of [
    ['jean@example.com', 'HARD_BOUNCE'],
    ['kay@example.com', 'SPAM_COMPLAINT'],
    ['ida@example.com', 'HARD_BOUNCE'],
  ] as const)
    expect((await emailOf(app, email)).suppression).toMatchObject([{ reason }]);
  expect((await emailOf(app, 'betty@example.com')).suppression).toEqual([]);
});

test("Mailchimp's three files become subscribers, opt-outs and bounces", async () => {
  const app = await startImports();
  for (const state of ['subscribed_members', 'unsubscribed_members', 'cleaned_email_audience'])
    expect((await drop(app, 'profiles', `${state}_export_abc123.csv`)).attributes.failed_count).toBe(0);
  expect((await emailOf(app, 'emmy@example.com')).consent).toBe('SUBSCRIBED');
  expect((await emailOf(app, 'lise@example.com')).consent).toBe('UNSUBSCRIBED');
  expect((await emailOf(app, 'otto@example.com')).suppression).toMatchObject([{ reason: 'HARD_BOUNCE' }]);
});
