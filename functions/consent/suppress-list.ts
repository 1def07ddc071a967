import * as v from 'valibot';
import type { Services } from '../context.ts';
import { ApiError } from '../errors.ts';
import { membersOf } from '../lists/actions.ts';
import { inParallel } from '../parallel.ts';
import { findProfile } from '../profiles/resolve.ts';
import { update } from '../table/write.ts';
import type { Deadline } from '../triggers/trigger.ts';
import { JobKind, type SuppressionJob, suppressionJobs } from './jobs.ts';
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
  for (let turn = 0; ; turn++) {
    const job = await table.get(suppressionJobs, { account, kind: jobKind, id });
    if (!job || job.listId === undefined || job.status === 'complete') return;
    // At least one a run, or a run that is shorter than the margin would hand over for ever.
    if (deadline.remainingMs() < MARGIN_MS && turn > 0) {
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
        condition: { attribute: 'pages', is: '=', value: job.pages },
      }),
    );
    if (!written.done) return;
  }
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
