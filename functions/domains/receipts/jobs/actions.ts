import { ApiError } from '../../../platform/errors.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { create } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { type Counted, countUnstored } from '../unstored.ts';
import { type EventJob, eventJobs, KEPT_DAYS } from './event-job.ts';
import { packResults, type Result } from './results.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

/** Stores what became of the events of a bulk call, in order. Returns the id of the job. */
export const keepEventJob = (
  results: readonly (Result & Counted)[],
  source: string,
  context: Deps,
): Promise<string> => {
  const unstored = countUnstored(results);
  return storeJob({ source, results: packResults(results), ...(unstored && { unstored }) }, context);
};

/**
 * Stores what became of the entries of a call about people's consent or their membership in a list, in order. The place
 * of an entry has its profile, and what it asked for as its hash. Returns the id of the job.
 */
export const keepPeopleJob = (
  results: readonly Result[],
  job: Pick<EventJob, 'kind' | 'listId' | 'source'>,
  context: Deps,
): Promise<string> => storeJob({ ...job, results: packResults(results) }, context);

const storeJob = async (
  job: Pick<EventJob, 'source' | 'kind' | 'listId' | 'unstored' | 'results'>,
  { account, table, now, newId }: Deps,
): Promise<string> => {
  const receivedAt = now();
  const id = newId();
  const times = { receivedAt: receivedAt.toISOString(), expiresAt: expiryAfterDays(receivedAt, KEPT_DAYS) };
  await table.write(create(eventJobs, { ...job, account, id, ...times }));
  return id;
};

export const findJob = (id: string, { account, table }: Pick<Context, 'account' | 'table'>) =>
  table.get(eventJobs, { account, id });

/** @throws ApiError `not_found` */
export const getEventJob = async (id: string, context: Pick<Context, 'account' | 'table'>) => {
  const job = await findJob(id, context);
  if (!job || job.kind !== undefined)
    throw new ApiError('not_found', { detail: `There is no job ${id.slice(0, 100)}.` });
  return job;
};
