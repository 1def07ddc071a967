import { expect, test } from 'vitest';
import { defineExportJob } from '../../../functions/domains/exports/run.ts';
import { startImports } from '../imports/start-imports.ts';
import { exportOf, filesOf, JOBS, startExport } from './exported.ts';
import { exported, filledShop, sorted } from './shop.ts';

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('NDJSON has everything, also what CSV cannot express', async () => {
  const shop = await filledShop();
  const people = lines(await exported(shop, 'profiles', 'ndjson'));
  expect(people).toHaveLength(5);
  expect(people.find(({ anonymous_ids: [id] }) => id === 'browser-1')).toMatchObject({ email: null });
  expect(people.find(({ email }) => email === 'bob@example.com')).toMatchObject({
    consent: [{ channel: 'email', type: 'marketing', status: 'UNSUBSCRIBED', at: '2026-01-01T00:01:00.000Z' }],
    suppressions: [{ reason: 'UNSUBSCRIBE', at: '2026-01-01T00:01:00.000Z' }],
  });
  expect(lines(await exported(shop, 'events', 'ndjson'))).toHaveLength(3);
  const entries = lines(await exported(shop, 'consent', 'ndjson'));
  expect(entries.filter(({ kind }) => kind === 'consent')).toHaveLength(4);
  expect(entries.every(({ chain }) => typeof chain.hash === 'string')).toBe(true);

  const id = await startExport(shop, 'profiles');
  await shop.drain();
  expect(await exportOf(shop, id)).toMatchObject({ record_count: 5, left_out_count: 1 });
});

test('an export of many parts, by runs that are stopped after each step, has each record once', async () => {
  const shop = await filledShop();
  const rows = Array.from({ length: 230 }, (_, i) => `p${i}@example.com,2025-03-01T10:00:00Z`).join('\n');
  await shop.put(
    'profiles/p.mapping.json',
    '{"list":"all","columns":{"Since":"Email Marketing Consent Timestamp"},"constants":{"Email Marketing Consent":"Subscribed"}}',
  );
  await shop.drop('profiles/p.csv', `Email,Since\n${rows}\n`);
  await shop.drop('events/Viewed.csv', `Email,Timestamp\n${rows}\n`);
  for (const kind of ['profiles', 'lists', 'events', 'consent']) {
    const whole = await exported(shop, kind);
    const id = await startExport(shop, kind);
    const message = { account: shop.account, id };
    await shop.receive();
    const job = defineExportJob({ partBytes: 1, pagesAtOnce: 1, partsInFile: 1 });
    for (let runs = 0; (await exportOf(shop, id)).status !== 'complete'; runs++) {
      expect(runs).toBeLessThan(30);
      await job.handle(message, shop.services, { remainingMs: () => 1_000 });
    }
    const files = await filesOf(shop, id);
    expect(files.length).toBeGreaterThan(2);
    const [header = '', ...own] = sorted(files.join(''));
    expect([header, ...own.filter((row) => row !== header)], kind).toEqual(sorted(whole));
    await shop.receive();
  }
  // The parts are gone.
  expect((await shop.files.list('exports/')).filter((key) => key.includes('part-'))).toEqual([]);
});

test('links are short-lived and recorded, and files expire after a day', async () => {
  const shop = await startImports();
  await shop.post('/api/profiles', { data: { type: 'profile', attributes: { email: 'ada@example.com' } } });
  const id = await startExport(shop, 'profiles');
  expect(await exportOf(shop, id)).toMatchObject({ status: 'queued', files: [] });
  await shop.drain();
  expect(await exportOf(shop, id)).toMatchObject({
    files: [
      { name: `profiles-${id}.csv`, record_count: 1, download_url: expect.stringContaining('X-Amz-Expires=900') },
    ],
    links_given: 1,
    last_link_to: expect.any(String),
  });
  const [listed] = (await shop.get(JOBS)).body.data;
  expect(listed.attributes).toMatchObject({ links_given: 1, files: [{ download_url: null }] });
  shop.advance(25 * 3_600_000);
  expect(await exportOf(shop, id)).toMatchObject({ files: [{ download_url: null }], links_given: 1 });
});

test('a canceled export has no files, and only a failed one can be retried', async () => {
  const shop = await startImports();
  const id = await startExport(shop, 'profiles', 'ndjson');
  await shop.drain();
  const change = (status: string) =>
    shop.patch(`${JOBS}/${id}`, { data: { type: 'export-job', id, attributes: { status } } });
  expect((await change('queued')).status).toBe(409);
  expect((await change('cancelled')).body.data.attributes).toMatchObject({ status: 'cancelled', files: [] });
  expect(await shop.files.list('exports/')).toEqual([]);
  expect((await shop.get(`${JOBS}/01JZ0000000000000000000000`)).status).toBe(404);
});
