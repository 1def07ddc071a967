import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ulid } from 'ulid';
import { afterAll, expect, inject, test } from 'vitest';
import { bulkJobs, payloadKey } from '../../../functions/domains/bulk-imports/store.ts';
import { pendingOptIns } from '../../../functions/domains/consent/opt-in/store.ts';
import { suppressionJobs } from '../../../functions/domains/consent/suppressions/job.ts';
import { formSubmissions } from '../../../functions/domains/forms/submissions/store.ts';
import { jobs } from '../../../functions/domains/imports/jobs/store.ts';
import { noCounts } from '../../../functions/domains/imports/outcomes/counts.ts';
import { lists } from '../../../functions/domains/lists/store.ts';
import { accessJobs } from '../../../functions/domains/privacy/access/store.ts';
import { deletionJobs } from '../../../functions/domains/privacy/deletions/store.ts';
import { sweeps } from '../../../functions/domains/privacy/sweep-job.ts';
import { put } from '../../../functions/platform/table/write.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { drop, imported } from '../../support/deployed/bucket.ts';
import { deadLetterOf, exhaustedIsEmpty, giveUp, removeDeadLetters } from '../../support/deployed/exhausted.ts';
import { fail, failed, patient, table } from '../../support/deployed/failed-job.ts';
import { call } from '../../support/deployed/http.ts';
import { somebody } from '../../support/deployed/klaviyo.ts';

/** What each domain does with its own dead messages, with only the permissions of its function. */
const config = () => clientConfig(inject('stack').awsEndpoint);

// A message that is delivered twice, as on a busy machine, leaves two dead letters.
afterAll(async () => {
  for (const domain of [
    'Catalog',
    'Consent',
    'ConsentMail',
    'Feeds',
    'FormsMail',
    'HooksDeliveries',
    'Imports',
    'Lists',
    'Privacy',
    'Profiles',
    'Webhooks',
  ])
    await removeDeadLetters(domain);
});

/** Jobs of an account that no worker was notified of. */
const account = 'GivnUp';
const createdAt = '2026-01-01T00:00:00.000Z';
const expiresAt = 4_000_000_000;
const idOf = (): string => ulid();
const upload = {
  key: 'profiles/none.csv',
  size: 1,
  etag: 'none',
  kind: 'profiles',
  counts: noCounts,
  starts: 0,
} as const;
const erasure = { identifiers: [], profileIds: [], passes: 0, removed: {}, ledgers: [], kept: 0 };

/** By the API, as the caller who started the job. */
const retry = async (path: string, type: string): Promise<void> => {
  const body = { data: { type, attributes: { status: 'queued' } } };
  expect((await call('PATCH', path, { body })).status).toBe(200);
};

test('consent fails suppressions of a list, which continue on retry, and mails', async () => {
  const counts = { total: 0, completed: 0, skipped: 0, pages: 0 };
  for (const kind of ['create', 'delete'] as const) {
    const owner = { account: inject('stack').companyId, kind, id: idOf() };
    const job = { ...owner, status: 'queued', ...counts, createdAt, listId: idOf(), expiresAt } as const;
    const message = { kind: 'suppress-list', account: job.account, jobKind: kind, id: job.id };
    await fail('Consent', suppressionJobs, job, { message, ends: failed });
    await retry(`/api/profile-suppression-bulk-${kind}-jobs/${job.id}`, `profile-suppression-bulk-${kind}-job`);
    await expect.poll(() => table().get(suppressionJobs, job), patient).toMatchObject({ status: 'complete' });
  }

  const asked = { email: 'given-up@example.com', language: 'en' } as const;
  const more = { origin: 'https://example.com', requestedAt: createdAt, status: 'pending', expiresAt } as const;
  const pending = { account, id: idOf(), ...asked, ...more, topics: [], evidence: { method: 'api' as const } };
  await fail('ConsentMail', pendingOptIns, pending, {
    message: { kind: 'confirmation-mail', account, id: pending.id },
    ends: { status: 'pending', mailError: failed.error },
  });
});

test('forms record why a submission was not carried out', async () => {
  const work = {
    person: { email: 'given-up@example.com' },
    topics: [],
    isDouble: false,
    evidence: { method: 'form' as const },
    language: 'en' as const,
    origin: 'https://example.com',
    metrics: [],
    uniqueId: 'given-up',
    properties: {},
  };
  const submission = {
    account,
    id: idOf(),
    formId: 'form',
    submittedAt: createdAt,
    status: 'accepted',
    work,
    expiresAt,
  } as const;
  await fail('FormsMail', formSubmissions, submission, {
    message: { kind: 'form-submission', account, id: submission.id },
    ends: { status: 'accepted', error: failed.error },
  });
});

test('lists report why a list is not deleted yet', async () => {
  const id = idOf();
  const list = { account, id, name: 'A list', created: createdAt, updated: createdAt, deletedAt: createdAt };
  const message = { kind: 'delete-list', account, id };
  await fail('Lists', lists, list, { message, ends: { deletionError: failed.error } });
});

test('profiles fail a bulk job, which continues on retry', async () => {
  const of = { account: inject('stack').companyId, id: idOf() };
  const counts = { total: 1, settled: 0, completed: 0, failed: 0 };
  const job = { ...of, status: 'queued', ...counts, createdAt, expiresAt } as const;
  await drop(payloadKey(of), JSON.stringify([{ type: 'profile', attributes: { email: somebody() } }]));
  await fail('Profiles', bulkJobs, { ...job, lists: [] }, { message: { kind: 'bulk-import', ...of }, ends: failed });
  await retry(`/api/profile-bulk-import-jobs/${of.id}`, 'profile-bulk-import-job');
  await expect.poll(() => table().get(bulkJobs, of), patient).toMatchObject({ status: 'complete', completed: 1 });
});

test('privacy fails access jobs and erasures, and delays what is due later', async () => {
  const id = idOf();
  const nothing = { parts: {}, records: {} };
  const told = { account, id, status: 'queued', createdAt, gathered: nothing, links: 0 } as const;
  await fail(
    'Privacy',
    accessJobs,
    { ...told, profileIds: [], expiresAt },
    { message: { kind: 'access-person', account, id }, ends: failed },
  );

  const erased = { account, id: idOf(), status: 'processing', createdAt, ...erasure } as const;
  const message = { kind: 'erase', account, id: erased.id };
  await fail('Privacy', deletionJobs, { ...erased, stage: 'table' }, { message, ends: failed });

  const nextAt = new Date(Date.now() + 3_600_000).toISOString();
  const waiting = { ...erased, id: idOf(), stage: 'waiting', nextAt } as const;
  await table().write(put(deletionJobs, waiting));
  await comesLater('Privacy', { kind: 'erase', account, id: waiting.id });
});

test('privacy fails the erasures of a failed sweep', async () => {
  const job = { account, id: idOf(), status: 'processing', createdAt, ...erasure, stage: 'files' } as const;
  await table().write(put(sweeps, { account, jobs: [job.id], place: 0, done: '', claimed: '', counts: {}, kept: 0 }));
  await fail('Privacy', deletionJobs, job, { message: { kind: 'sweep', account }, ends: failed });
});

test('imports fail an import, expire an upload, and notify the SFTP sender', async () => {
  const id = idOf();
  const job = { account, id, ...upload, status: 'queued', createdAt, expiresAt } as const;
  await fail('Imports', jobs, job, { message: { kind: 'import', account, job: id }, ends: failed });

  const uploadUntil = new Date(Date.now() + 3_600_000).toISOString();
  const awaited = { ...job, id: idOf(), status: 'waiting_for_upload', uploadUntil } as const;
  await table().write(put(jobs, awaited));
  await comesLater('Imports', { kind: 'upload-is-due', account, job: awaited.id });

  const { importsBucket: Bucket, companyId } = inject('stack');
  const [home, name] = [`sftp/${companyId}/given-up`, idOf()];
  await drop(`${home}/profiles/${name}.csv`, 'Email\nada@example.com\n');
  const path = `/${Bucket}/${home}/profiles/${name}.csv`;
  const detail = { 'status-code': 'COMPLETED', 'file-path': path };
  await giveUp('Imports', JSON.stringify({ 'detail-type': 'SFTP Server File Upload Completed', detail }));
  expect((await imported(`${home}/profiles/${name}.csv`)).attributes).toMatchObject(failed);
  const report = new HeadObjectCommand({ Bucket, Key: `${home}/results/${name}.report.json` });
  await new S3Client({ ...config(), forcePathStyle: true }).send(report);
  await deadLetterOf('Imports', name);
});

/** The exhausted function delays it until its time. */
const comesLater = async (domain: string, message: object): Promise<void> => {
  const before = (await schedules()).size;
  await giveUp(domain, JSON.stringify(message));
  await expect.poll(async () => (await schedules()).size, patient).toBeGreaterThan(before);
};

const schedules = async (): Promise<ReadonlySet<string>> => {
  const asked = new ListSchedulesCommand({ GroupName: 'Tributary', MaxResults: 100 });
  const { Schedules = [] } = await new SchedulerClient(config()).send(asked);
  return new Set(Schedules.map(({ Name = '' }) => Name));
};

test('an event that was never delivered is sent to its queue and processed', async () => {
  const counts = { total: 0, completed: 0, skipped: 0, pages: 0 };
  const job = { account, kind: 'create', id: idOf(), status: 'queued', ...counts, createdAt, expiresAt } as const;
  await table().write(put(suppressionJobs, { ...job, listId: idOf() }));
  const undelivered = { ERROR_CODE: 'NO_PERMISSIONS' };
  const messages = {
    Catalog: { kind: 'delete-catalog-category', account, id: idOf() },
    Consent: { kind: 'suppress-list', account, jobKind: 'create', id: job.id },
    Feeds: { kind: 'catalog-feed-sync', account, id: idOf() },
    Imports: { kind: 'import', account, job: idOf() },
    Lists: { kind: 'delete-list', account, id: idOf() },
    Privacy: { kind: 'access-person', account, id: idOf() },
    Profiles: { kind: 'bulk-import', account, id: idOf() },
    Webhooks: { kind: 'send-webhook-deliveries', account, webhookId: idOf() },
  };
  for (const [domain, message] of Object.entries(messages)) await giveUp(domain, JSON.stringify(message), undelivered);
  await expect.poll(() => table().get(suppressionJobs, job), patient).toMatchObject({ status: 'complete' });
  for (const domain of Object.keys(messages)) await exhaustedIsEmpty(domain);
});
