import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DataPrivacyApi, DataPrivacyDeletionJobEnum, ProfileEnum } from 'klaviyo-api';
import { expect, inject, test, vi } from 'vitest';
import { event } from '../../domains/events/event-bodies.ts';
import { jsonIn, linesIn, unzipped } from '../../domains/privacy/access/unzip.ts';
import { subscribing } from '../../domains/privacy/people.ts';
import { admin } from '../../support/deployed/admin.ts';
import { drop, imported } from '../../support/deployed/bucket.ts';
import { call, makeList, profileOf } from '../../support/deployed/http.ts';
import { connect, refusal, somebody } from '../../support/deployed/klaviyo.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'tributary-access-'));
const JOBS = '/api/data-privacy-access-jobs';

const asking = (email: string) => ({
  data: {
    type: 'data-privacy-access-job',
    attributes: { profile: { data: { type: 'profile', attributes: { email } } } },
  },
});

/** A person with data of every type, and another one. */
const somebodyKnown = async (): Promise<{ readonly email: string; readonly list: string }> => {
  const email = somebody();
  const list = await makeList();
  for (const person of [email, somebody()]) {
    const sent = { person: { email: person }, name: 'Placed Order', unique_id: '1', properties: { said: '=1+1' } };
    expect((await call('POST', '/api/events', { body: event(sent) })).status).toBe(202);
    const asked = await call('POST', '/api/profile-subscription-bulk-create-jobs', { body: subscribing(person, list) });
    expect(asked.status).toBe(202);
  }
  const key = `profiles/${crypto.randomUUID()}.csv`;
  await drop(key, `Email,First Name\n${email},Ada\n${somebody()},Eve\n`);
  await imported(key);
  // Their access jobs read every file.
  const events = `events/Seen ${crypto.randomUUID()}.csv`;
  await drop(events, `Email,Timestamp\n${somebody()},2026-01-01T00:00:00Z\n`);
  await imported(events);
  return { email, list };
};

test('hands a person all of their data, by a link to a standard ZIP file', async () => {
  const { email, list } = await somebodyKnown();
  const { id: profileId } = await profileOf(email);
  const { status, body } = await call('POST', JOBS, { body: asking(email) });
  expect(status).toBe(202);
  const job = await vi.waitUntil(
    async () => {
      const { attributes } = (await call('GET', `${JOBS}/${body.data.id}`)).body.data;
      return attributes.status === 'complete' && attributes;
    },
    { timeout: 90_000, interval: 500 },
  );
  const answer = await fetch(job.download_url);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const zip = Buffer.from(await answer.arrayBuffer());
  expect(zip.length).toBe(job.bytes);
  const file = join(folder, 'data.zip');
  writeFileSync(file, zip);
  // Another reader than ours, which checks every checksum.
  expect((await run('python3', ['-m', 'zipfile', '-t', file])).stdout).toContain('Done testing');

  const files = await unzipped(zip);
  expect(jsonIn(files, 'profile.json')).toMatchObject([{ id: profileId, email, first_name: 'Ada' }]);
  expect(linesIn(files, 'events.jsonl')).toMatchObject([{ metric: 'Placed Order', profile_id: profileId }]);
  expect(jsonIn(files, 'consent.json')).toMatchObject([{ channel: 'email', status: 'SUBSCRIBED' }]);
  expect(jsonIn(files, 'lists.json')).toMatchObject([{ list_id: list }]);
  expect(linesIn(files, 'imports.jsonl').map(({ line }) => line)).toEqual([`${email},Ada`]);
  expect(jsonIn(files, 'consent-ledger.json').ledgers[0].faults).toEqual([]);
  expect(files['index.html']).toContain(email);

  const altered = job.download_url.replace(/X-Amz-Signature=.{8}/, 'X-Amz-Signature=00000000');
  expect((await fetch(altered)).status).toBe(403);
  const { apiUrl } = inject('stack');
  expect((await fetch(`${apiUrl}${JOBS}/${body.data.id}`)).status).toBe(401);
});

test('writes the same file by the command line, readable by its owner only', async () => {
  const { email } = await somebodyKnown();
  const out = join(folder, 'cli.zip');
  const lines = (await admin('privacy', 'access', email, '--out', out)).trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ file: out, records: { profile: 1, events: 1, imports: 1 } });
  expect(JSON.parse(lines.at(-2) ?? '')).toMatchObject({ status: 'complete' });
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(jsonIn(await unzipped(readFileSync(out)), 'profile.json')).toMatchObject([{ email }]);
  await expect(admin('privacy', 'access', 'ada@')).rejects.toThrow(/Not an e-mail address/);
});

test('erases a person by the official client, with a certificate of what was removed', async () => {
  const { email } = await somebodyKnown();
  const { open } = connect();
  const api = open(DataPrivacyApi);
  const data = (attributes: object) => ({
    data: {
      type: DataPrivacyDeletionJobEnum.DataPrivacyDeletionJob,
      attributes: { profile: { data: { type: ProfileEnum.Profile, attributes } } },
    },
  });

  const { response } = await api.requestProfileDeletion(data({ email }));
  expect(response.status).toBe(202);
  const [asked] = JSON.parse(await admin('privacy', 'list'));
  const job = await vi.waitUntil(
    async () => {
      const shown = JSON.parse(await admin('privacy', 'show', asked.id));
      return shown.status === 'settling' && shown;
    },
    { timeout: 90_000, interval: 1_000 },
  );

  const removed = job.removed.map(({ place, kind }: { place: string; kind: string }) => `${place}/${kind}`);
  expect(removed).toEqual(
    expect.arrayContaining(['imports/upload', 'table/profile', 'table/event', 'table/membership']),
  );
  const found = await call('GET', `/api/profiles?filter=equals(email,"${email}")`);
  expect(found.body.data).toEqual([]);
  const wrong = await refusal(api.requestProfileDeletion(data({ email, phoneNumber: '+4930123456' })));
  expect([wrong.status, wrong.errors[0]?.source?.pointer]).toEqual([400, '/data/attributes/profile/data']);
});

test('erases a person by the command line, shows what was removed, and resumes a job', async () => {
  const { email } = await somebodyKnown();
  const asked = JSON.parse(await admin('privacy', 'delete', email, '--yes'));
  expect(asked).toMatchObject({ id: expect.stringMatching(/^[0-9A-Z]{26}$/), status: 'queued', completed_at: null });
  const shown = async () => JSON.parse(await admin('privacy', 'show', asked.id));
  const settling = () =>
    vi.waitUntil(async () => (await shown()).status === 'settling', { timeout: 90_000, interval: 1_000 });
  await settling();
  expect((await call('GET', `/api/profiles?filter=equals(email,"${email}")`)).body.data).toEqual([]);

  const { removed, removed_at } = await shown();
  expect(removed).toEqual(expect.arrayContaining([{ place: 'table', kind: 'profile', count: 1 }]));
  expect(JSON.parse(await admin('privacy', 'resume', asked.id))).toMatchObject({ id: asked.id, status: 'settling' });
  await settling();
  // Its next pass is not due: nothing is counted twice.
  expect(await shown()).toMatchObject({ removed, removed_at });

  await expect(admin('privacy', 'delete', 'ada@')).rejects.toThrow(/Not an e-mail address/);
  await expect(admin('privacy', 'resume', '01K9ZJ5W8Q2H4T6V8X0Y2Z4B6D')).rejects.toThrow(/no deletion job/);
});
