import { expect, test } from 'vitest';
import { archiveEvents } from '../../functions/domains/archive/write.ts';
import { parseEvent } from '../../functions/domains/events/records/read-events.ts';
import { profilePk } from '../../functions/model/partition.ts';
import { asking, download, JOBS } from '../domains/privacy/access/access-file.ts';
import { jsonIn, linesIn, unzipped } from '../domains/privacy/access/unzip.ts';
import { eventOf, profileOf, subscribing } from '../domains/privacy/people.ts';
import { startFaulty } from './harness.ts';

const email = 'ada@example.com';

test('hands a person the same data whatever requests to the table fail', { timeout: 300_000 }, async () => {
  const app = await startFaulty({ seed: 21, rate: 0.12 });
  await app.until('POST', '/api/profiles', profileOf({ email, external_id: 'ada-7' }));
  for (let i = 0; i < 12; i++) {
    const time = `2025-12-${String(i + 1).padStart(2, '0')}T00:00:00Z`;
    await app.until('POST', '/api/events', eventOf({ email }, { unique_id: `${i}`, time }));
  }
  await app.until('POST', '/api/profile-subscription-bulk-create-jobs', subscribing(email, 'news'));
  await app.importFile('profiles/a.csv', `Email,Number\n${email},1\neve@example.com,2\n`);
  const found = await app.until('GET', `/api/profiles?filter=equals(email,"${email}")`, {});
  const pk = profilePk(app.account, found.body.data[0].id);
  const items = await app.table.query({ pk, prefix: 'EVENT#', limit: 100 });
  await archiveEvents(items.map(parseEvent), app.services);
  for (const { sk } of items.slice(0, 4))
    await app.table.write({ kind: 'remove', key: { pk, sk: String(sk) }, parameters: {} });

  const asked = await app.until('POST', JOBS, asking({ email }));
  await app.workOff();
  const job = await app.until('GET', `${JOBS}/${asked.body.data.id}`, {});
  const files = await unzipped(await download(job.body.data.attributes.download_url));
  const idsIn = (name: string) => linesIn(files, name).map(({ unique_id }) => Number(unique_id));
  expect(idsIn('archived-events.jsonl')).toEqual([0, 1, 2, 3]);
  expect(idsIn('events.jsonl')).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  expect(linesIn(files, 'imports.jsonl').map(({ line }) => line)).toEqual([`${email},1`]);
  expect(jsonIn(files, 'lists.json')).toHaveLength(1);
  expect(jsonIn(files, 'profile.json')).toMatchObject([{ email, external_id: 'ada-7' }]);
  expect(Object.values(app.proxy.struck).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(5);
  app.calm();
});
