import { ApiError } from '../../../platform/errors.ts';
import { writeAndSend } from '../../../platform/jobs/write-and-send.ts';
import type { Page, PageRequest } from '../../../platform/table/pages.ts';
import { listPage } from '../../../platform/table/pages.ts';
import { create, update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { privacyJobsPk } from '../subjects/job-partition.ts';
import type { Subject } from '../subjects/subject.ts';
import { nothing } from './gather.ts';
import { type AccessJob, fileKey } from './job.ts';
import { accessJobs } from './store.ts';

/** The kind of the message that a job is worked off by. */
export const ACCESS_PERSON = 'access-person';

/** As long as it can be told who was handed what. */
const KEPT_DAYS = 400;

type Start = Pick<Context, 'account' | 'table' | 'queue' | 'now' | 'newId'> & Partial<Pick<Context, 'caller'>>;

/** Stores whose data is asked for before anybody is told of it, then queues it. */
export const startAccess = async (
  subject: Subject,
  { account, table, queue, now, newId, caller }: Start,
): Promise<AccessJob> => {
  const at = now();
  const job: AccessJob = {
    account,
    id: newId(at),
    status: 'queued',
    createdAt: at.toISOString(),
    ...(caller?.kind === 'key' && { keyId: caller.keyId }),
    subject,
    profileIds: [],
    gathered: nothing,
    links: 0,
    expiresAt: Math.floor(at.getTime() / 1_000) + KEPT_DAYS * 86_400,
  };
  await writeAndSend({ kind: ACCESS_PERSON, account, id: job.id }, () => table.write(create(accessJobs, job)), queue());
  return job;
};

type Reach = Pick<Context, 'account' | 'table'>;

export const findAccess = async (id: string, { account, table }: Reach): Promise<AccessJob> => {
  const job = /^[0-9A-Z]{26}$/.test(id) ? await table.get(accessJobs, { account, id }) : undefined;
  if (!job)
    throw new ApiError('not_found', {
      detail: `There is no access job ${id.slice(0, 100)}. They are kept for ${KEPT_DAYS} days.`,
    });
  return job;
};

/** The newest first. */
export const listAccesses = async (page: PageRequest, { account, table }: Reach): Promise<Page<AccessJob>> => {
  const { items, ...cursors } = await listPage(table, {
    partitions: [privacyJobsPk(account, 'access')],
    prefix: 'JOB#',
    descending: true,
    ...page,
  });
  return { ...cursors, items: items.map(accessJobs.fromItem) };
};

const LINK_SECONDS = 15 * 60;

export interface Link {
  readonly url: string;
  readonly until: string;
}

/** The job with a link to its file that ends soon, noted with who was given it; without one where there is no file. */
export const linkToFile = async (
  job: AccessJob,
  { table, imports, now, caller }: Pick<Context, 'table' | 'imports' | 'now'> & Partial<Pick<Context, 'caller'>>,
): Promise<{ readonly job: AccessJob; readonly link?: Link }> => {
  const at = now();
  const leftSeconds = Math.floor((Date.parse(job.keptUntil ?? '') - at.getTime()) / 1_000);
  if (job.status !== 'complete' || !(leftSeconds > 0)) return { job };
  const seconds = Math.min(LINK_SECONDS, leftSeconds);
  const set = { linkedAt: at.toISOString(), ...(caller?.kind === 'key' && { linkedBy: caller.keyId }) };
  await table.write(update(accessJobs, job, { set, add: { links: 1 } }));
  const url = await imports().downloadUrl(fileKey(job), { seconds, fileName: `personal-data-${job.id}.zip` });
  const link = { url, until: new Date(at.getTime() + seconds * 1_000).toISOString() };
  return { job: { ...job, ...set, links: job.links + 1 }, link };
};
