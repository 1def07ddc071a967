import * as v from 'valibot';
import { ApiError } from '../../../platform/errors.ts';
import { defineJob } from '../../../platform/jobs/define.ts';
import type { JobContext } from '../../../platform/jobs/run.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { readMembers } from '../../lists/actions.ts';
import { getProfile } from '../../profiles/records/resolve.ts';
import { applyToEmail } from './apply.ts';
import { JobKind, type SuppressionJob, suppressionJobs } from './job.ts';

const Message = v.object({ account: v.string(), jobKind: JobKind, id: v.string() });

const PAGE = 100;
const PARALLEL = 16;

/** Processes a list's members, one page per step. */
export const listSuppressionJob = defineJob({
  name: 'suppress-list',
  state: {
    entity: suppressionJobs,
    idIn: (message) => {
      const { account, jobKind: kind, id } = v.parse(Message, message);
      return { account, kind, id };
    },
    messageOf: ({ account, kind: jobKind, id }) => ({ account, jobKind, id }),
  },
  progress: ({ total, completed, skipped }) => ({ total, completed, skipped }),
  absence: (id) => `There is no job ${id}. Jobs are kept for 90 days.`,

  async step({ job }, context) {
    const { listId, cursor } = job;
    // A request with addresses has already processed them.
    if (listId === undefined) return { kind: 'complete' };
    const { members, next } = await readMembers(listId, { size: PAGE, ...(cursor && { cursor }) }, context);
    const done = await inParallel(members, PARALLEL, ({ profileId }) => suppressOne(profileId, job, context));
    const completed = done.filter(Boolean).length;
    const set = {
      total: job.total + members.length,
      completed: job.completed + completed,
      skipped: job.skipped + members.length - completed,
      pages: job.pages + 1,
    };
    return next === undefined ? { kind: 'complete', set } : { kind: 'next', set: { ...set, cursor: next } };
  },
});

/** Returns whether anything changed. Skips members without an e-mail address, and deleted ones. */
const suppressOne = async (
  profileId: string,
  { kind, createdAt, evidence = { method: 'api' } }: SuppressionJob,
  context: JobContext,
): Promise<boolean> => {
  try {
    const { email } = await getProfile(profileId, context);
    if (email === undefined) return false;
    return await applyToEmail(kind, email, { at: new Date(createdAt), evidence }, context);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_found') return false;
    throw error;
  }
};
