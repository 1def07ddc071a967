import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { countsIn, eventOf, profileOf } from '../people.ts';
import { startShop } from '../shop.ts';

const profiles =
  'Email,First Name,Timezone,Phone Number\nada@example.com,Ada,x,nonsense\neve@example.com,Eve,x,wrong\nAda@Example.com,Ada,,\n';
const orders = 'Person//Email,Timestamp,Note\nada@example.com,never,a\neve@example.com,never,b\n';

test('leaves nothing of a person in any version of any file, and keeps the data of others', {
  timeout: 60_000,
}, async () => {
  const shop = await startShop();
  await shop.importFile('profiles/people.csv', profiles);
  await shop.importFile('events/Order.csv', orders);
  const bulk = await shop.post('/api/profile-bulk-import-jobs', {
    data: {
      type: 'profile-bulk-import-job',
      attributes: {
        profiles: {
          data: ['ada@example.com', 'eve@example.com'].map(
            (email) => profileOf({ email, properties: { note: `of ${email}` } }).data,
          ),
        },
      },
    },
  });
  await shop.workOff();
  // Overwritten many times, as by erasures of others; and a handed-out file that was removed since.
  const { imports } = shop.buckets;
  const [payload = '', sent = ''] = (await shop.files()).find(([key]) => key.startsWith('bulk/')) ?? [];
  const handedOut = `privacy/${shop.account}/1/data.zip`;
  for (let i = 0; i < 20; i++)
    for (const Key of [payload, handedOut])
      await shop.s3.send(new PutObjectCommand({ Bucket: imports, Key, Body: sent }));
  await shop.s3.send(new DeleteObjectCommand({ Bucket: imports, Key: handedOut }));
  for (const email of ['ada@example.com', 'eve@example.com'])
    for (const value of [1, 2])
      await shop.post('/api/events', eventOf({ email }, { value, properties: { of: email } }));
  const events = await shop.events();
  // Two objects, one of which is written twice.
  await shop.archiveAll(events.toReversed());
  await shop.archiveAll(events);
  await shop.archiveAll(events);
  expect((await shop.files()).filter(([, text]) => /ada@/i.test(text)).length).toBeGreaterThanOrEqual(49);

  const certificate = await shop.erase({ email: 'ada@example.com' });

  expect(certificate).toMatchObject({ status: 'complete', next_pass_at: null });
  expect(countsIn(certificate)).toMatchObject({
    'archive/event': 4,
    'imports/upload': 2,
    'imports/failed-row': 2,
    'imports/reported-row': 2,
    'imports/bulk-row': 1,
    'table/profile': 1,
    'table/event': 2,
    'table/profile-bulk-import-profile': 1,
  });
  const files = await shop.files();
  expect(files.filter(([, text]) => /ada@|\bada\b/i.test(text))).toEqual([]);
  expect(await shop.table()).not.toMatch(/ada@|"ada"/i);
  const text = (key: RegExp) => files.flatMap(([name, content]) => (key.test(name) ? [content] : [])).join('\n');
  expect(text(/^events\/account=/).match(/"of\\":\\"eve@example.com/g)).toHaveLength(4);
  expect(text(/people\.errors\.csv/)).toMatch(/eve@example.com,Eve,x,wrong/);
  expect(text(/Order\.errors\.csv/)).toMatch(/eve@example.com,never,b/);
  expect(text(/^reports\//).match(/eve@example.com/g)).toHaveLength(2);
  expect(text(/^bulk\//)).toMatch(/of eve@example.com/);
  const rows = await shop.get(`/api/profile-bulk-import-jobs/${bulk.body.data.id}/profiles`);
  expect(rows.body.data.map((one: { attributes: { email: string } }) => one.attributes.email)).toEqual([
    'eve@example.com',
  ]);
});

test('removes the changes of a dry run with its file, once its import can no longer start', {
  timeout: 60_000,
}, async () => {
  const shop = await startShop();
  await shop.post('/api/profiles', profileOf({ email: 'ada@example.com', first_name: 'A.' }));
  const rows = 'Email,First Name,Timezone\nada@example.com,Ada,\neve@example.com,Eve,\nada@example.com,,\n';
  await shop.importFile('dry-run/profiles/try.csv', rows);
  const shown = async (key: RegExp) => (await shop.files()).filter(([name]) => key.test(name));
  const [[, changes] = ['', '']] = await shown(/^reports\/.*\/changes-/);
  expect(changes).toMatch(/ada@example.com.*"A\."/s);

  const certificate = await shop.erase({ email: 'ada@example.com' });

  expect(certificate).toMatchObject({ status: 'complete', waiting_files: 0 });
  expect(countsIn(certificate)).toMatchObject({ 'imports/report': 1, 'imports/upload': 1, 'table/profile': 1 });
  expect(await shown(/changes-|try\.csv/)).toEqual([]);
  expect(JSON.stringify(await shop.files())).not.toMatch(/ada@/i);
});

test('removes a file that names an erased person when its import is over, and no other file', {
  timeout: 60_000,
}, async () => {
  const shop = await startShop();
  await shop.post('/api/profiles', profileOf({ email: 'ada@example.com' }));
  await shop.erase({ email: 'ada@example.com' });
  const both = 'Email,First Name\nada@example.com,Ada\neve@example.com,Eve\n';
  await shop.importFile('dry-run/profiles/both.csv', both);
  await shop.importFile('profiles/both.csv', both);
  await shop.importFile('profiles/packed.csv.gz', gzipSync(both));
  await shop.importFile('profiles/eve.csv', 'Email,First Name,Phone Number\neve@example.com,Evelyn,wrong\n');
  const { data } = (await shop.get('/api/import-jobs')).body;
  expect(data.map(({ attributes }: { attributes: { key: string; status: string } }) => attributes.status)).toEqual(
    Array(4).fill('complete'),
  );

  const files = await shop.files();
  const uploads = files.map(([key]) => key).filter((key) => !/^reports\/|\/dry-run\/|\.errors\.csv$/.test(key));
  expect(uploads.toSorted()).toEqual(['dry-run/profiles/both.csv', 'profiles/eve.csv']);
  const saying = files.filter(([, text]) => text.includes('ada@')).map(([key]) => key);
  expect(saying).toEqual(['dry-run/profiles/both.csv']);
  expect((await shop.get('/api/profiles')).body.data).toHaveLength(1);

  // The same notification and the same file again: neither brings her back.
  await shop.importFile('profiles/both.csv', both);
  expect((await shop.files()).map(([key]) => key)).not.toContain('profiles/both.csv');
  expect((await shop.get('/api/profiles')).body.data).toHaveLength(1);
});

test('cleans a late stream batch in a later pass, and a file in progress after its import is over', {
  timeout: 60_000,
}, async () => {
  const shop = await startShop();
  await shop.post('/api/events', eventOf({ email: 'ada@example.com' }));
  const events = await shop.events();
  await shop.s3.send(
    new PutObjectCommand({ Bucket: shop.buckets.imports, Key: 'profiles/late.csv', Body: 'Email\nada@example.com\n' }),
  );
  const asked = await shop.post('/api/data-privacy-deletion-jobs', {
    data: {
      type: 'data-privacy-deletion-job',
      attributes: { profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } } },
    },
  });
  const id = new URL(asked.headers.Location ?? '').pathname.split('/').at(-2) ?? '';
  const status = async () => (await shop.get(`/api/data-privacy-deletion-jobs/${id}`)).body.data.attributes;
  await shop.pass(id);
  expect(await status()).toMatchObject({ status: 'settling', waiting_files: 1 });

  await shop.archiveAll(events);
  expect((await shop.files()).length).toBe(2);
  shop.wait(16);
  await shop.pass(id);
  expect((await shop.files()).map(([key]) => key)).toEqual(['profiles/late.csv']);
  expect(countsIn(await status())).toMatchObject({ 'archive/event': 1, 'table/event': 1 });

  await shop.importFile('profiles/late.csv', 'Email\nada@example.com\n');
  shop.wait(25 * 60);
  await shop.pass(id);
  expect(await status()).toMatchObject({ status: 'complete', waiting_files: 0 });
  const left = await shop.files();
  expect(left.map(([key]) => key).filter((key) => !/^reports|errors.csv$/.test(key))).toEqual([]);
  expect(JSON.stringify(left)).not.toMatch(/ada@|"ada|ada-/);
});
