import { expect, test } from 'vitest';
import { drop, imported, jobsOf, queueIsEmpty, tell } from '../support/deployed/bucket.ts';
import { call, profileOf, timelineOf } from '../support/deployed/http.ts';
import { somebody } from '../support/deployed/klaviyo.ts';

test('imports a dropped file of profiles, and reports its bad rows', async () => {
  const [ada, bob] = [somebody(), somebody()];
  const key = `profiles/${crypto.randomUUID()}.csv`;
  await drop(
    key,
    '\uFEFFEmail;First Name;Favourite colour;Email Marketing Consent;Email Marketing Consent Timestamp\r\n' +
      `${ada};Ada;"blue\r\nand ""green""";Subscribed;2026-03-01 10:00:00\r\n` +
      `${bob};Bob;red;;\r\n` +
      'nobody;Eve;=1+1;;\r\n',
  );

  const job = await imported(key);

  expect(job.attributes).toMatchObject({
    kind: 'profiles',
    status: 'complete',
    total_count: 3,
    created_count: 2,
    failed_count: 1,
  });
  expect((await profileOf(ada)).attributes).toMatchObject({
    first_name: 'Ada',
    properties: { 'Favourite colour': 'blue\r\nand "green"' },
    subscriptions: {
      email: { marketing: { consent: 'SUBSCRIBED', consent_timestamp: expect.stringMatching(/^2026-03-01T10:00:00/) } },
    },
  });
  const { body } = await call('GET', `/api/import-jobs/${job.id}/errors`);
  expect(body.data).toHaveLength(1);
  expect(JSON.stringify(body.data[0])).toContain('nobody');
});

test.each(['Csv', 'TSV'])('imports a dropped file with the extension .%s', async (ending) => {
  const ada = somebody();
  const key = `profiles/People ${crypto.randomUUID()}.${ending}`;
  await drop(key, `Email\tFirst Name\n${ada}\tAda\n`);
  expect((await imported(key)).attributes).toMatchObject({ status: 'complete', created_count: 1 });
});

test('fills timelines from a dropped file of events, and adds nothing for the same file again', async () => {
  const ada = somebody();
  const text = `Person//Email,Timestamp,$event_id,$value,Colour\n${ada},2026-05-01 10:00:00,e1,5,red\n${ada},2026-05-02 10:00:00,e2,6,\n`;
  const first = `events/Placed Order ${crypto.randomUUID()}.csv`;
  await drop(first, text);
  expect((await imported(first)).attributes).toMatchObject({ kind: 'events', total_count: 2, created_count: 2 });
  const timeline = await timelineOf((await profileOf(ada)).id);
  expect(timeline).toHaveLength(2);

  await drop(first, `${text}\n`);
  await expect.poll(async () => (await jobsOf(first)).length, { timeout: 60_000 }).toBe(2);
  await expect
    .poll(
      async () =>
        (await jobsOf(first))
          .map((job: { attributes: { status: string; duplicate_count: number } }) => [
            job.attributes.status,
            job.attributes.duplicate_count,
          ])
          .sort(),
      { timeout: 60_000 },
    )
    .toEqual([
      ['complete', 0],
      ['complete', 2],
    ]);
  expect(await timelineOf((await profileOf(ada)).id)).toHaveLength(2);
});

test('imports a file once for five simultaneous notifications besides its own, and applies each row once', async () => {
  const ada = somebody();
  const key = `events/Told Again ${crypto.randomUUID()}.csv`;
  const rows = Array.from({ length: 50 }, (_, i) => `${ada},2026-05-01 10:00:${String(i).padStart(2, '0')},${i}`);
  await drop(key, `Person//Email,Timestamp,Number\n${rows.join('\n')}\n`);
  await tell(key, 5);

  await imported(key);
  await queueIsEmpty();

  const jobs = await jobsOf(key);
  expect(jobs).toHaveLength(1);
  expect(jobs[0].attributes).toMatchObject({ status: 'complete', total_count: 50, created_count: 50 });
  expect(await timelineOf((await profileOf(ada)).id)).toHaveLength(50);
});

test('uploads a file by the API alone: a dry run, then the import', async () => {
  const [ada, bob] = [somebody(), somebody()];
  const text = `Email,First Name\n${ada},Ada\n${bob},Bob\n${ada},Ada\nnobody,Eve\n`;
  const attributes = { kind: 'profiles', file_name: 'People.Csv', size: Buffer.byteLength(text) };
  const { status, body } = await call('POST', '/api/import-jobs?dry_run=true', {
    body: { data: { type: 'import-job', attributes } },
  });
  expect(status).toBe(201);
  const { id } = body.data;
  const { url, method, headers } = body.data.attributes.upload;
  const { 'content-length': _, ...sent } = headers;
  const upload = (content: string, more: object = {}, to = url) =>
    fetch(to, { method, headers: { ...sent, ...more }, body: content });
  const told = async (job: string) => (await call('GET', `/api/import-jobs/${job}`)).body.data.attributes;
  const over = async (job: string) => {
    await expect.poll(async () => (await told(job)).status, { timeout: 90_000 }).toBe('complete');
    return told(job);
  };

  expect((await upload(`${text}${text}`)).status).toBe(403);
  expect((await upload(text, { 'content-type': 'application/zip' })).status).toBe(403);
  expect((await upload(text, {}, url.replace('People', 'Others'))).status).toBe(403);
  expect((await told(id)).status).toBe('waiting_for_upload');
  expect((await upload(text)).status).toBe(200);
  expect((await upload(text)).status).toBe(412);

  const counts = { total_count: 4, created_count: 2, unchanged_count: 1, failed_count: 1 };
  expect(await over(id)).toMatchObject({ dry_run: true, ...counts });
  const changes = (await call('GET', `/api/import-jobs/${id}/changes`)).body.data;
  expect(changes).toMatchObject([{ attributes: { email: ada } }, { attributes: { email: bob } }]);
  expect(await profileOf(ada)).toBeUndefined();
  const real = (await call('POST', `/api/import-jobs/${id}/apply`)).body.data;
  expect(await over(real.id)).toMatchObject({ dry_run: false, dry_run_job_id: id, ...counts });
  expect((await profileOf(ada)).attributes).toMatchObject({ first_name: 'Ada' });
});
