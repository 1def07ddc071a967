import type { Person } from '../../../model/personal-data/person.ts';
import { readAllItems } from '../../../platform/table/listing/pages.ts';
import type { Context } from '../../accounts/context.ts';
import { readAllHashes } from '../../erased/actions.ts';
import type { DeletionJob } from '../deletions/job.ts';
import type { AccessJob } from './job.ts';
import { accessJob, removeParts } from './run.ts';
import { listAccessJobs } from './start.ts';

type Deps = Pick<Context, 'account' | 'table' | 'imports' | 'now'>;

const PAGE = 100;

/**
 * Removes a person's access files and cancels their open access jobs. A run in progress finds its job cancelled at its
 * next checkpoint and removes its objects. The record of downloads stays. Jobs from after the erasure are kept, since
 * they contain nothing else. Returns the number of cancelled jobs.
 */
export const removeAccessFiles = async (
  person: Person,
  { removedAt = '9' }: Pick<DeletionJob, 'removedAt'>,
  context: Deps,
): Promise<number> => {
  const hashes = new Set(await readAllHashes(person.identifiers, context));
  let count = 0;
  for await (const job of readAllItems((page) => listAccessJobs(page, context), PAGE)) {
    if (job.createdAt >= removedAt || !concerns(job, person, hashes)) continue;
    const set = job.completedAt === undefined ? {} : { completedAt: job.completedAt };
    if (await accessJob.cancel(job, context, { set, remove: ['subject'] })) count += 1;
    await removeParts({ ...job, status: 'cancelled' }, context);
  }
  return count;
};

const concerns = (
  { profileIds, subject, subjectHash }: AccessJob,
  person: Person,
  hashes: ReadonlySet<string>,
): boolean =>
  (subjectHash !== undefined && hashes.has(subjectHash)) ||
  profileIds.some((id) => person.profileIds.includes(id)) ||
  (subject?.kind === 'id' && person.profileIds.includes(subject.value)) ||
  person.identifiers.some(({ kind, value }) => subject?.kind === kind && subject.value === value);
