import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../fixtures', name));
/** The mapping that an owner adds to a file which says who subscribed, and neither when nor why. */
const prove = (app: App, name: string) =>
  app.put(`profiles/${name.replace('.csv', '')}.mapping.json`, '{"consent":{"basis":"the checkout"}}');
const drop = (app: App, kind: 'profiles' | 'events', name: string) => app.drop(`${kind}/${name}`, fixture(name));

const timeline = async (app: App, email: string) => {
  const { id } = await app.profile(email);
  const { body } = await app.get(`/api/events?filter=${encodeURIComponent(`equals(profile_id,"${id}")`)}`);
  return body.data.map(({ attributes }: { attributes: object }) => attributes);
};

test("Shopify's customers become profiles, with consent where the export says yes", async () => {
  const app = await startImports();

  const refused = await drop(app, 'profiles', 'shopify-customers.csv');
  expect(refused.attributes).toMatchObject({ created_count: 1, failed_count: 3 });
  expect(await app.report('profiles/shopify-customers.errors.csv')).toMatch(/unproved_consent/);
  await prove(app, 'shopify-customers.csv');
  app.at('2026-01-02T00:00:00Z');
  const { attributes } = await drop(app, 'profiles', 'shopify-customers.csv');

  expect(attributes).toMatchObject({ status: 'complete', total_count: 4, created_count: 2, failed_count: 1 });
  expect((await app.profile('ada@example.com')).attributes).toMatchObject({
    phone_number: '+442079460123',
    first_name: 'Ada',
    organization: 'Analytical Engines',
    location: { city: 'London', region: 'ENG', country: 'GB', zip: 'W1U 4EG' },
    properties: {
      'Customer ID': '8779761975521',
      'Total Spent': 154.9,
      Note: 'Likes tea,\nnot coffee',
      Tags: 'vip, newsletter',
      'Date of birth (customer.metafields.facts.birth_date)': '1815-12-10',
    },
    subscriptions: {
      email: { marketing: { consent: 'SUBSCRIBED' } },
      sms: { marketing: { consent: 'NEVER_SUBSCRIBED' } },
    },
  });
  expect((await app.profile('grace@example.com')).attributes).toMatchObject({
    subscriptions: { email: { marketing: { consent: 'NEVER_SUBSCRIBED' } } },
  });
  expect(await app.report('profiles/shopify-customers.errors.csv')).toContain('missing_identifier');
});

test("Shopify's older customers get international phone numbers by their country", async () => {
  const app = await startImports();
  await prove(app, 'shopify-customers-older.csv');
  await drop(app, 'profiles', 'shopify-customers-older.csv');
  expect((await app.profile('alan@example.com')).attributes).toMatchObject({
    phone_number: '+441908640404',
    location: { region: 'England', country: 'United Kingdom' },
  });
});

test("each of Shopify's orders becomes one event with its items", async () => {
  const app = await startImports();

  const { attributes } = await drop(app, 'events', 'shopify-orders.csv');

  expect(attributes).toMatchObject({ status: 'complete', total_count: 3, created_count: 3, failed_count: 0 });
  const [order] = await timeline(app, 'ada@example.com');
  expect(order).toMatchObject({
    datetime: '2026-05-01T08:00:00.000+00:00',
    event_properties: {
      $value: 54.5,
      $event_id: '6001234567890',
      Items: [
        { ProductName: 'Shirt', SKU: 'S-1', Quantity: 2, ItemPrice: 20 },
        { ProductName: 'Hat, "red"', SKU: '007', Quantity: 1, ItemPrice: 10 },
      ],
      'Note Attributes': 'gift: yes\nwrapped: no',
    },
  });
  expect(await timeline(app, 'alan@example.com')).toHaveLength(1);

  await app.put('events/again.csv', fixture('shopify-orders.csv'));
  await app.deliver(await app.notice('events/again.csv'));
  await app.drain();
  expect((await app.job('events/again.csv')).attributes).toMatchObject({ created_count: 0, duplicate_count: 3 });
});

test("WooCommerce's customers and orders become profiles and events of the same people", async () => {
  const app = await startImports();

  expect((await drop(app, 'profiles', 'woocommerce-customers.csv')).attributes).toMatchObject({ created_count: 1 });
  const orders = (await drop(app, 'events', 'woocommerce-orders.csv')).attributes;

  expect((await app.profile('katherine@example.com')).attributes).toMatchObject({
    phone_number: '+17578641000',
    first_name: 'Katherine',
    organization: 'NASA',
    location: { address1: 'Langley Blvd 1', city: 'Hampton', region: 'VA', zip: '23681', country: 'US' },
  });
  expect(orders).toMatchObject({ status: 'complete', total_count: 3, created_count: 3 });
  const found = await timeline(app, 'katherine@example.com');
  expect(found).toHaveLength(1);
  expect(found[0].event_properties).toMatchObject({
    $value: 35,
    $event_id: '1501',
    Items: [
      { ProductName: 'Mug', SKU: 'MUG-1', Quantity: 2 },
      { ProductName: 'Pen', SKU: 'PEN-1', Quantity: 1 },
    ],
  });
});

test("WooCommerce's own report of customers becomes profiles too", async () => {
  const app = await startImports();

  const { attributes } = await drop(app, 'profiles', 'woocommerce-analytics-customers.csv');

  expect(attributes).toMatchObject({ status: 'complete', created_count: 2, failed_count: 0 });
  expect((await app.profile('dorothy@example.com')).attributes).toMatchObject({
    location: { city: 'Hampton', region: 'VA', zip: '02366', country: 'US' },
    properties: { Name: 'Dorothy Vaughan', Orders: 3, 'Total spend': 84.5, 'Sign up': '2025-11-30 08:15:00' },
  });
});

test("Mailchimp's audience keeps the times of its opt-ins and opt-outs", async () => {
  const app = await startImports();

  await drop(app, 'profiles', 'subscribed_members_export_abc123.csv');
  await drop(app, 'profiles', 'unsubscribed_members_export_abc123.csv');

  const consentOf = async (email: string) => (await app.profile(email)).attributes.subscriptions.email.marketing;
  expect(await consentOf('emmy@example.com')).toMatchObject({
    consent: 'SUBSCRIBED',
    consent_timestamp: expect.stringMatching(/^2025-03-01T09:31:12/),
  });
  expect(await consentOf('max@example.com')).toMatchObject({ consent: 'SUBSCRIBED' });
  expect(await consentOf('lise@example.com')).toMatchObject({
    consent: 'UNSUBSCRIBED',
    can_receive_email_marketing: false,
  });
  expect((await app.profile('emmy@example.com')).attributes).toMatchObject({
    location: { timezone: 'Europe/Berlin', country: 'DE', region: 'BY', latitude: 49.6 },
    properties: { MEMBER_RATING: 4, Birthday: '03/23' },
  });
});

test("Klaviyo's own export keeps consent with its times, lists and properties", async () => {
  const app = await startImports();

  expect((await drop(app, 'profiles', 'klaviyo-profiles.csv')).attributes).toMatchObject({ created_count: 2 });

  const [marie, pierre] = [await app.profile('marie@example.com'), await app.profile('pierre@example.com')];
  expect(marie.attributes).toMatchObject({
    phone_number: '+33142346700',
    properties: { 'Favourite colours': ['blue', 'green'], 'Klaviyo ID': '01HXYZ0000000000000000ABCD' },
    subscriptions: {
      email: { marketing: { consent: 'SUBSCRIBED', consent_timestamp: expect.stringMatching(/^2024-05-05T12:00:00/) } },
    },
  });
  expect(pierre.attributes.subscriptions.email.marketing).toMatchObject({ consent: 'UNSUBSCRIBED' });
});

test("Klaviyo's historic events become one metric by the name of the file, with the properties of their profiles", async () => {
  const app = await startImports();
  await app.put('events/Bought in Store.csv', fixture('klaviyo-events.csv'));
  await app.deliver(await app.notice('events/Bought in Store.csv'));
  await app.drain();

  const { attributes } = await app.job('events/Bought in Store.csv');

  expect(attributes).toMatchObject({ total_count: 3, created_count: 2, duplicate_count: 1, failed_count: 0 });
  expect((await app.profile('marie@example.com')).attributes).toMatchObject({
    first_name: 'Marie',
    properties: { 'Favourite colour': 'blue' },
  });
  expect(await timeline(app, 'marie@example.com')).toMatchObject([
    {
      datetime: '2026-03-01T09:30:00.000+00:00',
      event_properties: { $value: 19.9, $event_id: 'R-88', 'Item Name': 'Notebook', Categories: ['paper', 'office'] },
    },
  ]);
});

test('a German spreadsheet is split at semicolons, and keeps leading zeros', async () => {
  const app = await startImports();
  await drop(app, 'profiles', 'german-excel.csv');
  expect((await app.profile('jürgen@example.com')).attributes).toMatchObject({
    first_name: 'Jürgen',
    properties: { Kundennummer: '0007' },
  });
});

test("HubSpot's contacts become profiles, with its own fields as properties", async () => {
  const app = await startImports();

  const { attributes } = await drop(app, 'profiles', 'hubspot-contacts.csv');

  expect(attributes).toMatchObject({ status: 'complete', created_count: 1, failed_count: 1 });
  expect((await app.profile('grace@example.com')).attributes).toMatchObject({
    first_name: 'Grace',
    last_name: 'Hopper',
    phone_number: '+12025550143',
    organization: 'Navy',
    title: 'Rear Admiral',
    location: {
      address1: '1 Navy Way',
      city: 'Arlington',
      region: 'Virginia',
      zip: '22202',
      country: 'United States',
      timezone: 'America/New_York',
    },
    properties: { 'Record ID': 51, 'Lead Status': 'Open', 'Create Date': '2024-03-01 09:30' },
  });
});

test('an opt-out in HubSpot is an opt-out here, and ZIP codes lose the quote that Shopify writes before them', async () => {
  const app = await startImports();
  await app.drop(
    'profiles/contacts.csv',
    "Record ID,Email,Unsubscribed from all email,Zip\n1,ada@example.com,true,'01001\n2,eve@example.com,false,\n",
  );

  const ada = (await app.profile('ada@example.com')).attributes;
  expect(ada.location.zip).toBe('01001');
  expect(ada.subscriptions.email.marketing).toMatchObject({
    consent: 'UNSUBSCRIBED',
    can_receive_email_marketing: false,
  });
  expect((await app.profile('eve@example.com')).attributes.subscriptions.email.marketing.consent).toBe(
    'NEVER_SUBSCRIBED',
  );
});
