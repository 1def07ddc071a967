import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../fixtures/encodings', name));
const mark = Buffer.from('\u{FEFF}');

const address = { address1: 'Große Straße 5 – Hof', city: 'Köln' };
const company = 'Café “Œuvre”';
const note = '20 € Rabatt, señor';

/** One person in the export of each product; the row after it has an invalid address. */
const products = [
  {
    product: 'klaviyo',
    file: 'export.csv',
    says: {
      location: address,
      properties: { 'Favourite colours': note },
      subscriptions: { email: { marketing: { consent: 'SUBSCRIBED' } } },
    },
  },
  {
    product: 'shopify',
    file: 'customers_export.csv',
    says: { organization: company, location: address, properties: { Note: note, 'Customer ID': '8779761975525' } },
  },
  {
    product: 'woocommerce',
    file: 'customers.csv',
    says: { organization: company, location: address, properties: { display_name: note } },
  },
  {
    product: 'mailchimp',
    file: 'subscribed_members_export_abc.csv',
    says: {
      location: { address1: address.address1 },
      properties: { NOTES: note },
      subscriptions: { email: { marketing: { consent: 'SUBSCRIBED' } } },
    },
  },
  {
    product: 'hubspot',
    file: 'hubspot-crm-exports.csv',
    says: { organization: company, location: address, properties: { 'Contact owner': note, 'Record ID': 53 } },
  },
];
const encodings = [
  ['utf-8', (product: string) => fixture(`${product}.utf-8.csv`)],
  ['utf-8 with a byte order mark', (product: string) => Buffer.concat([mark, fixture(`${product}.utf-8.csv`)])],
  ['utf-16', (product: string) => fixture(`${product}.utf-16.csv`)],
  ['windows-1252', (product: string) => fixture(`${product}.windows-1252.csv`)],
] as const;
const cases = products.flatMap((one) => encodings.map(([encoding, bytes]) => ({ ...one, encoding, bytes })));

test.each(cases)('an export of $product in $encoding is imported letter by letter', async (one) => {
  const { product, file, says, bytes } = one;
  const app = await startImports();

  const { id, attributes } = await app.drop(`profiles/${file}`, bytes(product));

  expect(attributes).toMatchObject({ status: 'complete', total_count: 2, created_count: 1, failed_count: 1 });
  expect((await app.profile('zoe@example.com')).attributes).toMatchObject({
    first_name: 'Zoë',
    last_name: 'Müller',
    ...says,
  });
  const report = (await app.report(`profiles/${file.replace('.csv', '.errors.csv')}`)) ?? '';
  expect(report).toMatch(/^\u{FEFF}error_code,error_message,/u);
  expect(report).toContain('keine-größe');
  const mended = await app.drop(
    `profiles/${file.replace('.csv', '.errors.csv')}`,
    report.replace(/keine-größe/, 'max@example.com'),
  );
  expect(mended.attributes).toMatchObject({ total_count: 1, created_count: 1, retries_job_id: id });
  expect((await app.profile('max@example.com')).attributes).toMatchObject({ last_name: 'Müller', ...says });
});
