import * as v from 'valibot';
import { ApiError } from '../../../platform/errors.ts';
import { askAgainSeconds, freed, heldMs, isFree } from '../../../platform/jobs/lease.ts';
import { writeAndSend } from '../../../platform/jobs/write-and-send.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import type { FailOutcome } from '../../../platform/workers/trigger.ts';
import type { Context } from '../../accounts/context.ts';
import { nothing } from './gather.ts';
import type { AccessJob } from './job.ts';
import { ACCESS_PERSON, findAccess } from './start.ts';
import { accessJobs } from './store.ts';

const Message = v.object({ account: v.string(), id: v.string() });

/** Fails the access job that a message was for, unless another run works on it. What was gathered is removed by a rule of the bucket. */
export const failAccess = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { account, id } = v.parse(Message, message);
  const { table, queue, now } = services;
  const job = await table.get(accessJobs, { account, id });
  if (job?.status !== 'queued' && job?.status !== 'processing') return 'over';
  const held = heldMs(job, now());
  if (held > 0) {
    await queue().send({ kind: ACCESS_PERSON, account, id }, askAgainSeconds(held, 5));
    return 'requeued';
  }
  const set = { status: 'failed', error: reason, completedAt: now().toISOString() } as const;
  const condition = { all: [isFree(job), { attribute: 'status', is: '=', value: job.status } as const] };
  const { done } = await table.write(update(accessJobs, job, { set, remove: freed, condition }));
  return done ? 'failed' : failAccess(message, reason, services);
};

/** Begins a job anew that failed: what it had gathered may be gone. Says again that one is there that is queued. */
export const retryAccess = async (
  id: string,
  context: Pick<Context, 'account' | 'table' | 'queue'>,
): Promise<AccessJob> => {
  const { account, table, queue } = context;
  const job = await findAccess(id, context);
  if (job.status === 'complete' || job.status === 'cancelled')
    throw new ApiError('conflict', { detail: `This job is ${job.status}.` });
  const { error: _, completedAt: __, ...open } = job;
  const message = { kind: ACCESS_PERSON, account, id };
  if (job.status !== 'failed') {
    await queue().send(message);
    return job;
  }
  const next: AccessJob = { ...open, status: 'queued', gathered: nothing };
  const reopen = update(accessJobs, job, {
    set: { status: next.status, gathered: nothing },
    remove: ['error', 'completedAt', ...freed],
    condition: { attribute: 'status', is: '=', value: 'failed' },
  });
  await writeAndSend(message, () => table.write(reopen), queue());
  return next;
};
