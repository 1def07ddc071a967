import * as v from 'valibot';
import { ApiError } from '../../platform/errors.ts';
import { askAgainSeconds, freed, heldMs, isFree } from '../../platform/jobs/lease.ts';
import { writeAndSend } from '../../platform/jobs/write-and-send.ts';
import type { Services } from '../../platform/resources/services.ts';
import { update } from '../../platform/table/write.ts';
import type { FailOutcome } from '../../platform/workers/trigger.ts';
import type { Context } from '../accounts/context.ts';
import type { BulkJob } from './job.ts';
import { BULK_IMPORT, findBulkJob } from './start.ts';
import { bulkJobs } from './store.ts';

const Message = v.object({ account: v.string(), id: v.string() });

/** Fails the job that a message was for, unless another run works on it: then the message is sent again. */
export const failBulkImport = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { account, id } = v.parse(Message, message);
  const { table, queue, now } = services;
  const job = await table.get(bulkJobs, { account, id });
  if (job?.status !== 'queued' && job?.status !== 'processing') return 'over';
  const held = heldMs(job, now());
  if (held > 0) {
    await queue().send({ kind: BULK_IMPORT, account, id }, askAgainSeconds(held, 5));
    return 'requeued';
  }
  const set = { status: 'failed', error: reason, completedAt: now().toISOString() } as const;
  const condition = { all: [isFree(job), { attribute: 'status', is: '=', value: job.status } as const] };
  const next: BulkJob = { ...job, ...set };
  const { done } = await table.write(update(bulkJobs, job, { value: next, set, remove: freed, condition }));
  return done ? 'failed' : failBulkImport(message, reason, services);
};

/** Goes on with a job that failed, behind the rows that have an outcome; says again that one is there that is queued. */
export const retryBulkImport = async (
  id: string,
  context: Pick<Context, 'account' | 'table' | 'queue'>,
): Promise<BulkJob> => {
  const { account, table, queue } = context;
  const job = await findBulkJob(id, context);
  if (job.status === 'complete' || job.status === 'cancelled')
    throw new ApiError('conflict', { detail: `This job is ${job.status}.` });
  const { error: _, completedAt: __, ...open } = job;
  const message = { kind: BULK_IMPORT, account, id };
  if (job.status !== 'failed') {
    await queue().send(message);
    return job;
  }
  const next: BulkJob = { ...open, status: 'queued' };
  const reopen = update(bulkJobs, job, {
    value: next,
    set: { status: next.status },
    remove: ['error', 'completedAt', ...freed],
    condition: { attribute: 'status', is: '=', value: 'failed' },
  });
  await writeAndSend(message, () => table.write(reopen), queue());
  return next;
};
