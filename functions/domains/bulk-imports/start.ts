import * as v from 'valibot';
import { ApiError } from '../../platform/errors.ts';
import { writeAndSend } from '../../platform/jobs/write-and-send.ts';
import { parseExact } from '../../platform/json/parse-exact.ts';
import { create } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import type { ProfileResource } from '../profiles/records/profile.ts';
import { type BulkJob, Rows } from './job.ts';
import { bulkJobs, payloadKey } from './store.ts';

/** The kind of the message that a job is worked off by. */
export const BULK_IMPORT = 'bulk-import';

const KEPT_DAYS = 30;

/** Stores what a job has to do before anybody is told of it, then queues it. */
export const startBulkImport = async (
  { profiles, lists }: { readonly profiles: readonly ProfileResource[]; readonly lists: readonly string[] },
  {
    account,
    table,
    imports,
    queue,
    now,
    newId,
  }: Pick<Context, 'account' | 'table' | 'imports' | 'queue' | 'now' | 'newId'>,
): Promise<BulkJob> => {
  const at = now();
  const job: BulkJob = {
    account,
    id: newId(at),
    status: 'queued',
    lists: [...new Set(lists)],
    total: profiles.length,
    settled: 0,
    completed: 0,
    failed: 0,
    createdAt: at.toISOString(),
    expiresAt: Math.floor(at.getTime() / 1_000) + KEPT_DAYS * 86_400,
  };
  await imports().write(payloadKey(job), JSON.stringify(profiles), 'application/json');
  await writeAndSend({ kind: BULK_IMPORT, account, id: job.id }, () => table.write(create(bulkJobs, job)), queue());
  return job;
};

/** What a job was sent; undefined where it is no longer kept. */
export const readPayload = async (
  job: Pick<BulkJob, 'account' | 'id'>,
  { imports }: Pick<Context, 'imports'>,
): Promise<readonly ProfileResource[] | undefined> => {
  const text = await imports().readText(payloadKey(job));
  return text === undefined ? undefined : v.parse(Rows, parseExact(text));
};

export const findBulkJob = async (
  id: string,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<BulkJob> => {
  const job = /^[0-9A-Z]{26}$/.test(id) ? await table.get(bulkJobs, { account, id }) : undefined;
  if (!job)
    throw new ApiError('not_found', { detail: 'There is no bulk import job with this id. They are kept for 30 days.' });
  return job;
};
