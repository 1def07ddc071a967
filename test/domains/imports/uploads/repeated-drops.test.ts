import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { awsEndpoint } from '../../../support/servers/aws-endpoint.ts';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const s3 = new S3Client({
  endpoint: awsEndpoint(),
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  forcePathStyle: true,
});

/** The notice of a bucket that keeps no versions. */
const noticeOf = async (app: App, key: string): Promise<string> => {
  const { detail, ...notice } = JSON.parse(await app.notice(key));
  const { 'version-id': _, ...object } = detail.object;
  return JSON.stringify({ ...notice, detail: { ...detail, object } });
};

const dropAgain = async (app: App, key: string, body: string) => {
  await app.put(key, body);
  const notice = await noticeOf(app, key);
  await app.deliver(notice);
  // Delivered twice.
  await app.deliver(notice);
  await app.drain();
  return (await jobsOf(app, key)).length;
};

const jobsOf = async (app: App, key: string) => {
  const { data } = (await app.get('/api/import-jobs')).body;
  return data.filter(({ attributes }: { attributes: { key: string } }) => attributes.key === key);
};

const oneSecond = () => new Promise((resolve) => setTimeout(resolve, 1_100));

test.each(['versioned', 'unversioned'])('each drop of a file is a job, in a bucket that is %s', async (kind) => {
  const app = await startImports({}, { isVersioned: kind === 'versioned' });
  for (const key of ['profiles/people.csv', 'dry-run/profiles/people.csv']) {
    expect(await dropAgain(app, key, 'Email\nada@example.com\n')).toBe(1);
    await oneSecond();
    expect(await dropAgain(app, key, 'Email\nada@example.com\n')).toBe(2);
  }
  const all = (await jobsOf(app, 'profiles/people.csv')).map((job: { attributes: object }) => job.attributes);
  expect(all).toContainEqual(expect.objectContaining({ status: 'complete', created_count: 0, unchanged_count: 1 }));
});

test('a file is imported again with the mapping that its error names', async () => {
  const app = await startImports({}, { isVersioned: false });
  const key = 'profiles/customers.csv';
  const text = 'Email,Accepts Email Marketing\nada@example.com,yes\n';
  await dropAgain(app, key, text);
  const [failed] = await jobsOf(app, key);
  expect(failed.attributes).toMatchObject({ failed_count: 1 });
  const report = await app.report('profiles/customers.errors.csv');
  expect(report).toContain('npm run admin -- imports drop customers.csv --as profiles --consent-basis');
  await oneSecond();
  await app.put('profiles/customers.mapping.json', '{"consent":{"basis":"the checkout"}}');
  expect(await dropAgain(app, key, text)).toBe(2);
  const done = (await jobsOf(app, key)).map((job: { attributes: object }) => job.attributes);
  expect(done).toContainEqual(expect.objectContaining({ created_count: 1, failed_count: 0 }));
});

test.each(['versioned', 'unversioned'])(
  'an unchanged report of failed rows is imported after an upload, in a bucket that is %s',
  async (kind) => {
    const app = await startImports({}, { isVersioned: kind === 'versioned' });
    const text = 'Email,Accepts Email Marketing\nada@example.com,yes\n';
    await app.drop('profiles/customers.csv', text);
    const key = 'profiles/customers.errors.csv';
    // The report that we wrote is no import.
    await app.deliver(await noticeOf(app, key));
    await app.drain();
    expect(await jobsOf(app, key)).toEqual([]);

    await app.put('profiles/customers.mapping.json', '{"consent":{"basis":"the checkout"}}');
    expect(await dropAgain(app, key, (await app.report(key)) ?? '')).toBe(1);
    const [job] = await jobsOf(app, key);
    expect(job.attributes).toMatchObject({ status: 'complete', created_count: 1, failed_count: 0 });
    expect(job.attributes.retries_job_id).toBe((await app.job('profiles/customers.csv')).id);
  },
);

const people = (name: string) =>
  `Email,First Name\n${Array.from({ length: 60 }, (_, i) => `p${i}@example.com,${name}\n`).join('')}`;

test.each(['replaced', 'removed'])('a file that is %s during its import fails with that reason', async (how) => {
  const app = await startImports({ windowRows: 10 }, { isVersioned: false });
  const key = 'profiles/people.csv';
  await app.put(key, people('Ada'));
  await app.deliver(await noticeOf(app, key));
  const [message = ''] = await app.receive();
  // It is planned, and its first rows are imported.
  let calls = 0;
  await app.deliver(message, () => (calls++ > 2 ? 1_000 : 900_000));
  const rest = await app.receive();
  expect(rest).toHaveLength(1);
  expect((await app.job(key)).attributes).toMatchObject({ status: 'processing' });

  if (how === 'removed') await s3.send(new DeleteObjectCommand({ Bucket: app.bucket, Key: key }));
  else await s3.send(new PutObjectCommand({ Bucket: app.bucket, Key: key, Body: people('Eve') }));
  for (const one of rest) await app.deliver(one);
  await app.drain();
  const { attributes } = await app.job(key);
  expect(attributes).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(how === 'removed' ? /no longer exists/ : /was replaced before its import ended/),
  });
  const { data } = (await app.get('/api/profiles?page[size]=100')).body;
  expect(data.length).toBe(attributes.created_count);
  expect(data.every((one: { attributes: { first_name: string } }) => one.attributes.first_name === 'Ada')).toBe(true);
});
