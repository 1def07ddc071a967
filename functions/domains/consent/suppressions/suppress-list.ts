import * as v from 'valibot';
import { ApiError } from '../../../platform/errors.ts';
import { writeAndSend } from '../../../platform/jobs/write-and-send.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import type { Deadline, FailOutcome } from '../../../platform/workers/trigger.ts';
import { membersOf } from '../../lists/actions.ts';
import { findProfile } from '../../profiles/records/resolve.ts';
import { JobKind, type SuppressionJob, suppressionJobs } from './job.ts';
import { suppress, unsuppress } from './suppress.ts';

export const SUPPRESS_LIST = 'suppress-list';
export const SuppressListMessage = v.object({ account: v.string(), jobKind: JobKind, id: v.string() });

const PAGE = 100;
const PARALLEL = 16;
/** A page is done well within this. */
const MARGIN_MS = 20_000;

/**
 * Goes through a list's members page by page, and writes down after each how far it came: a message that comes again
 * goes on from there, and of two at once one stops.
 */
export const suppressList = async (message: unknown, services: Services, deadline: Deadline): Promise<void> => {
  const { account, jobKind, id } = v.parse(SuppressListMessage, message);
  const { table, queue, now } = services;
  // A run that begins with little time does a page all the same: otherwise runs would hand over to each other for ever.
  const leastMs = Math.min(MARGIN_MS, deadline.remainingMs() / 2);
  for (;;) {
    const job = await table.get(suppressionJobs, { account, kind: jobKind, id });
    if (job?.listId === undefined || (job.status !== 'queued' && job.status !== 'processing')) return;
    if (deadline.remainingMs() < leastMs) {
      await queue().send({ kind: SUPPRESS_LIST, account, jobKind, id });
      return;
    }
    const { members, next } = await membersOf(
      job.listId,
      { size: PAGE, ...(job.cursor && { cursor: job.cursor }) },
      { account, table },
    );
    const done = await inParallel(members, PARALLEL, ({ profileId }) => suppressOne(profileId, job, services));
    const completed = done.filter(Boolean).length;
    const after: SuppressionJob = {
      ...job,
      total: job.total + members.length,
      completed: job.completed + completed,
      skipped: job.skipped + members.length - completed,
      pages: job.pages + 1,
      status: next === undefined ? 'complete' : 'processing',
      ...(next === undefined ? { completedAt: now().toISOString() } : { cursor: next }),
    };
    const { total, skipped, pages, status, completedAt, cursor } = after;
    const written = await table.write(
      update(suppressionJobs, job, {
        value: after,
        set: { total, completed: after.completed, skipped, pages, status, completedAt, cursor },
        condition: {
          all: [
            { attribute: 'pages', is: '=', value: job.pages },
            { attribute: 'status', is: '=', value: job.status },
          ],
        },
      }),
    );
    if (!written.done) return;
  }
};

/** Fails the job that a message was for. */
export const failSuppressList = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { account, jobKind, id } = v.parse(SuppressListMessage, message);
  const { table, now } = services;
  const job = await table.get(suppressionJobs, { account, kind: jobKind, id });
  if (job?.status !== 'queued' && job?.status !== 'processing') return 'over';
  const set = { status: 'failed', error: reason, completedAt: now().toISOString() } as const;
  const condition = { attribute: 'status', is: '=', value: job.status } as const;
  const { done } = await table.write(update(suppressionJobs, job, { value: { ...job, ...set }, set, condition }));
  return done ? 'failed' : failSuppressList(message, reason, services);
};

/** Goes on with a job that failed, behind the members that are done; says again that one is there that is queued. */
export const retrySuppressList = async (
  job: SuppressionJob,
  { table, queue }: Pick<Services, 'table' | 'queue'>,
): Promise<SuppressionJob> => {
  const { account, kind, id } = job;
  if (job.status === 'complete' || job.status === 'cancelled')
    throw new ApiError('conflict', { detail: `This job is ${job.status}.` });
  const { error: _, completedAt: __, ...open } = job;
  const message = { kind: SUPPRESS_LIST, account, jobKind: kind, id };
  if (job.status !== 'failed') {
    await queue().send(message);
    return job;
  }
  const next: SuppressionJob = { ...open, status: 'queued' };
  const reopen = update(suppressionJobs, job, {
    value: next,
    set: { status: next.status },
    remove: ['error', 'completedAt'],
    condition: { attribute: 'status', is: '=', value: 'failed' },
  });
  await writeAndSend(message, () => table.write(reopen), queue());
  return next;
};

/** Whether anything was there to do: members without an e-mail address are skipped, and those who are gone. */
const suppressOne = async (
  profileId: string,
  { account, kind, createdAt, evidence = { method: 'api' } }: SuppressionJob,
  { table, now }: Services,
): Promise<boolean> => {
  const context = { account, table, now };
  try {
    const { email } = await findProfile(profileId, context);
    if (email === undefined) return false;
    const told = { address: { kind: 'email' as const, value: email }, at: new Date(createdAt), evidence };
    return kind === 'create'
      ? (await suppress({ ...told, reason: 'USER_SUPPRESSED' }, context)) === 'suppressed'
      : (await unsuppress(told, context)) === 'lifted';
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_found') return false;
    throw error;
  }
};
