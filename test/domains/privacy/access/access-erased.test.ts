import { expect, test } from 'vitest';
import { defineAccessJob } from '../../../../functions/domains/privacy/access/run.ts';
import { startFaulty } from '../../../faults/harness.ts';
import { askToErase, certificateOf, countsIn, eventOf, profileOf, subscribing } from '../people.ts';
import { ask, jobOf, readAccessFile } from './access-file.ts';
import { jsonIn } from './unzip.ts';

const email = 'ada@example.com';

const start = async () => {
  const app = await startFaulty({});
  await app.post('/api/profiles', profileOf({ email, external_id: 'ada-7' }));
  await app.post('/api/events', eventOf({ email }));
  await app.post('/api/profile-subscription-bulk-create-jobs', subscribing(email));
  return app;
};

test('tells an erased person what remains: a keyed hash, and the counts of what was removed', async () => {
  const app = await start();
  const deletion = (await askToErase(app, { email })).body.data.id;
  await app.workOff();
  app.at('2026-01-01T01:00:00Z');
  const files = await readAccessFile(app, { email });
  expect(Object.keys(files).filter((name) => name.endsWith('.json'))).toEqual(['erasures.json']);
  const [erasure] = jsonIn(files, 'erasures.json');
  expect(erasure).toMatchObject({ kind: 'email', value: email, deletion_job: deletion });
  expect(erasure.hash).toMatch(/^.{20,}$/);
  expect(erasure.removed).toContainEqual({ place: 'table', kind: 'event', count: 1 });
  expect(erasure.removed_ledgers).toMatchObject([{ entries: 1 }]);
  expect(files['index.html']).toContain('Your erasure, as you requested it');
});

test('removes access files with the person, whichever identifier was the subject', async () => {
  const app = await start();
  const jobs = [await ask(app, { email }), await ask(app, { external_id: 'ada-7' })];
  const unknown = await ask(app, { email: 'nobody@example.com' });
  await app.workOff();
  const files = () => app.services.imports().list('privacy/');
  expect(await files()).toHaveLength(3);
  const deletion = await askToErase(app, { external_id: 'ada-7' });
  await app.workOff();
  expect(countsIn(await certificateOf(app, deletion.body.data.id))).toMatchObject({ 'bucket/access-file': 2 });
  for (const job of jobs) expect(await jobOf(app, job)).toMatchObject({ status: 'cancelled', download_url: null });
  await askToErase(app, { email: 'nobody@example.com' });
  await app.workOff();
  expect(await jobOf(app, unknown)).toMatchObject({ status: 'cancelled' });
  expect(await files()).toEqual([]);
  const stored = JSON.stringify(await app.table.query({ pk: `A#${app.account}#PRIVACYJOBS#access`, limit: 10 }));
  expect(stored).not.toMatch(/ada|nobody/);
});

test('hands out nothing if the person is erased while their data is collected', async () => {
  const app = await start();
  const id = await ask(app, { email });
  const message = { account: app.account, id };
  // Every run has time for one step.
  const step = () =>
    defineAccessJob({ partBytes: 1, pagesAtOnce: 1 }).handle(message, app.services, { remainingMs: () => 1_000 });
  const hasEvents = async (): Promise<boolean> => (await jobOf(app, id)).records?.events === 1;
  for (let steps = 0; steps < 30 && !(await hasEvents()); steps++) await step();
  expect(await jobOf(app, id)).toMatchObject({ status: 'processing', records: { events: 1 } });
  await askToErase(app, { email });
  await app.workOff();
  await step();
  expect(await jobOf(app, id)).toMatchObject({ status: 'cancelled', download_url: null });
  expect(await app.services.imports().list('privacy/')).toEqual([]);
});
