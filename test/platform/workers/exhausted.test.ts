import { expect, test } from 'vitest';
import { getImportJob } from '../../../functions/domains/imports/jobs/lookup.ts';
import { jobs } from '../../../functions/domains/imports/jobs/store.ts';
import { update } from '../../../functions/platform/table/write.ts';
import { allServices } from '../../../functions/services.ts';
import { giveUp, startRedrive, type World } from '../../support/redrive.ts';

const people = 'email\nada@example.com\nbob@example.com\n';
const GIVEN_UP = /^It failed 5 times\. .* Retry it\.$/;

const importJobs = async (world: World) => (await world.get('/api/import-jobs')).body.data;
const retryImport = (world: World, id: string) =>
  world.patch(`/api/import-jobs/${id}`, { data: { type: 'import-job', attributes: { status: 'queued' } } });

const failedImport = async (world: World) => {
  const all = await importJobs(world);
  const [job] = all;
  expect(all).toHaveLength(1);
  expect(job.attributes).toMatchObject({ status: 'failed', error: expect.stringMatching(GIVEN_UP) });
  expect(job.attributes.completed_at).not.toBeNull();
  return job;
};

const completes = async (world: World, id: string) => {
  expect((await retryImport(world, id)).status).toBe(200);
  await world.drain();
  const { body } = await world.get(`/api/import-jobs/${id}`);
  expect(body.data.attributes).toMatchObject({ status: 'complete', total_count: 2, failed_count: 0, error: null });
};

test('every trigger declares how the job of a dead message fails', () => {
  const triggers = allServices.flatMap(({ name, triggers: own }) => own.map((trigger) => ({ name, trigger })));
  const silent = triggers.filter(
    ({ trigger }) => ['message', 'upload', 'transfer'].includes(trigger.on) && !('fail' in trigger),
  );
  expect(silent).toEqual([]);
  expect(triggers.length).toBeGreaterThan(10);
});

test.each([{ folder: 'profiles/' }, { folder: 'dry-run/profiles/' }])(
  'an import in $folder fails with its dead message, and a retry imports it',
  async ({ folder }) => {
    const world = await startRedrive();
    await world.put(`${folder}people.csv`, people);
    await world.send(world.urls.queue, await world.notice(`${folder}people.csv`));
    await world.deliver();
    expect((await importJobs(world))[0].attributes.status).toBe('queued');

    expect(await giveUp(world)).toMatchObject([{ body: { kind: 'import' }, fate: 'failed' }]);
    await completes(world, (await failedImport(world)).id);
  },
);

test('an upload with a dead notification gets a failed job, and a retry imports it', async () => {
  const world = await startRedrive();
  await world.put('profiles/people.csv', people);
  await world.send(world.urls.queue, await world.notice('profiles/people.csv'));

  expect(await giveUp(world)).toMatchObject([{ body: { 'detail-type': 'Object Created' }, fate: 'failed' }]);
  await completes(world, (await failedImport(world)).id);
});

test('an upload by the API with a dead notification fails, and a retry imports it', async () => {
  const world = await startRedrive();
  const attributes = { kind: 'profiles', file_name: 'people.csv', size: people.length };
  const { body } = await world.post('/api/import-jobs', { data: { type: 'import-job', attributes } });
  // The message that expires it waits for an hour.
  await world.put(body.data.attributes.key, people);
  await world.send(world.urls.queue, await world.notice(body.data.attributes.key));

  expect(await giveUp(world)).toMatchObject([{ fate: 'failed' }]);
  const failed = await failedImport(world);
  expect(failed.id).toBe(body.data.id);
  await completes(world, failed.id);
});

test('an import of a dry run fails if its copy dies, and a retry copies and imports it', async () => {
  const world = await startRedrive();
  await world.put('dry-run/profiles/people.csv', people);
  await world.send(world.urls.queue, await world.notice('dry-run/profiles/people.csv'));
  await world.drain();
  const [tried] = await importJobs(world);
  const { body } = await world.post(`/api/import-jobs/${tried.id}/apply`, undefined);
  const { id } = body.data;

  expect(await giveUp(world)).toMatchObject([{ body: { kind: 'copy-tried' }, fate: 'failed' }]);
  const failed = (await world.get(`/api/import-jobs/${id}`)).body.data;
  expect(failed.attributes).toMatchObject({ status: 'failed', error: expect.stringMatching(GIVEN_UP) });
  expect((await retryImport(world, id)).body.data.attributes.status).toBe('waiting_for_upload');
  await world.drain();
  await world.send(world.urls.queue, await world.notice(failed.attributes.key));
  await world.drain();
  expect((await world.get(`/api/import-jobs/${id}`)).body.data.attributes).toMatchObject({
    status: 'complete',
    created_count: 2,
    error: null,
  });
});

test('a job without its upload expires although its message died', async () => {
  const world = await startRedrive();
  const attributes = { kind: 'profiles', file_name: 'people.csv', size: people.length };
  const { body } = await world.post('/api/import-jobs', { data: { type: 'import-job', attributes } });
  await world.send(
    world.urls.exhausted,
    JSON.stringify({ kind: 'upload-is-due', account: world.account, job: body.data.id }),
  );
  world.at('2026-01-01T02:00:00Z');
  await world.serveExhausted();
  expect((await importJobs(world))[0].attributes.status).toBe('expired');
});

test.each(['what the server says', 'what S3 says', 'the message that looks later'])(
  'a file by SFTP fails when %s dies, and a retry imports it',
  async (which) => {
    const world = await startRedrive();
    const key = `sftp/${world.account}/shop/profiles/people.csv`;
    await world.put(key, people);
    const notice = await world.notice(key);
    const { object } = JSON.parse(notice).detail;
    const bodies = {
      'what the server says': world.transferred(key),
      'what S3 says': notice,
      'the message that looks later': JSON.stringify({ kind: 'sent-by-sftp', bucket: world.bucket, ...object }),
    };
    await world.send(world.urls.queue, bodies[which as keyof typeof bodies]);

    expect(await giveUp(world)).toMatchObject([{ fate: 'failed' }]);
    const failed = await failedImport(world);
    const report = await world.files.readText(`sftp/${world.account}/shop/results/people.report.json`);
    expect(JSON.parse(report ?? '{}')).toMatchObject({ status: 'failed', error: failed.attributes.error });
    await completes(world, failed.id);
  },
);

test('an import leased by another run continues, and the dead message is sent again', async () => {
  const world = await startRedrive();
  await world.put('profiles/people.csv', people);
  await world.send(world.urls.queue, await world.notice('profiles/people.csv'));
  await world.deliver();
  await world.killWorkers();
  const [{ id }] = await importJobs(world);
  const job = await getImportJob(world.account, id, world.services);
  const set = { status: 'processing', lease: 'l', leaseUntil: '2026-01-01T00:00:10Z', starts: 1 } as const;
  await world.table.write(update(jobs, job, { value: { ...job, ...set }, set }));

  await world.serveExhausted();
  expect((await importJobs(world))[0].attributes.status).toBe('processing');
  expect(await world.deadLetters()).toEqual([]);
  // The run with the lease was killed: the message comes when the lease expires.
  world.at('2026-01-01T00:01:00Z');
  await world.send(world.urls.exhausted, JSON.stringify({ kind: 'import', account: world.account, job: id }));
  await world.serveExhausted();
  await completes(world, (await failedImport(world)).id);
});

test('an event that EventBridge failed to send reaches its queue', async () => {
  const world = await startRedrive();
  await world.put('profiles/people.csv', people);
  const attributes = { ERROR_CODE: 'SDK_CLIENT_ERROR', RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/r' };
  await world.send(world.urls.exhausted, await world.notice('profiles/people.csv'), attributes);
  await world.serveExhausted();
  expect(await world.deadLetters()).toEqual([]);
  await world.drain();
  expect((await importJobs(world))[0].attributes).toMatchObject({ status: 'complete', created_count: 2 });
});

test("a message that Scheduler failed to send reaches its queue, in both of Scheduler's formats", async () => {
  const world = await startRedrive();
  const body = JSON.stringify({ kind: 'nobody' });
  const kept = [body, JSON.stringify({ MessageBody: body, QueueUrl: world.urls.queue })];
  for (const one of kept) await world.send(world.urls.exhausted, one, { ERROR_CODE: 'AccessDenied' });
  await world.serveExhausted();
  expect(await giveUp(world)).toEqual(kept.map(() => ({ body: { kind: 'nobody' }, fate: 'unknown' })));
});

test('a message without a trigger, or unreadable, stays in the dead letters', async () => {
  const world = await startRedrive();
  for (const body of ['{"kind":"nobody"}', '"text"', '{"detail":{}}']) await world.send(world.urls.queue, body);
  const letters = await giveUp(world);
  expect(letters.map(({ fate }) => fate)).toEqual(['unknown', 'unknown', 'unknown']);
});

test('an import whose planning always stops shows the last error with its failure', async () => {
  const world = await startRedrive();
  await world.put('profiles/people.csv', people);
  await world.send(world.urls.queue, await world.notice('profiles/people.csv'));
  await world.deliver();
  const read = () => Promise.reject(Object.assign(new Error('ada@example.com'), { code: 'ECONNRESET' }));
  await world.drain({ ...world.services, imports: () => ({ ...world.files, read }) });
  const [{ id, attributes }] = await importJobs(world);
  expect(attributes).toMatchObject({ status: 'failed', last_error: 'Error (ECONNRESET)' });
  await completes(world, id);
  expect((await importJobs(world))[0].attributes).not.toHaveProperty('last_error');
});
