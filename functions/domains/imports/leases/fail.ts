import * as v from 'valibot';
import { freed, heldMs, isFree } from '../../../platform/jobs/lease.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import type { FailOutcome } from '../../../platform/workers/trigger.ts';
import type { Job } from '../jobs/job.ts';
import { chunksOf } from '../jobs/listing.ts';
import { chunks, jobs } from '../jobs/store.ts';
import { sumOf } from '../outcomes/counts.ts';
import { tellSender } from '../reports/sender.ts';
import { askAgain } from './lease.ts';

const Message = v.object({ account: v.string(), job: v.string(), chunk: v.optional(v.number()) });

/**
 * Fails the import that a message was for. While another run works on it the message is sent again instead: it may have
 * died of a throttled function or table, and the import is well.
 */
export const failImport = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { account, job: id, chunk: number } = v.parse(Message, message);
  const job = await services.table.get(jobs, { account, id });
  if (job?.status !== 'queued' && job?.status !== 'processing') return 'over';
  const chunk = number === undefined ? undefined : await services.table.get(chunks, { account, job: id, number });
  const running = [job, ...(await chunksOf(job, services))].map((one) => heldMs(one, services.now()));
  const held = Math.max(...running);
  if (held > 0) {
    await askAgain({ account, id, ...(chunk && { chunk: chunk.number }) }, held, services);
    return 'requeued';
  }
  return (await endAsFailed(job, reason, services)) ? 'failed' : failImport(message, reason, services);
};

/** False where the job has just been changed by somebody else. */
export const endAsFailed = async (job: Job, reason: string, services: Services): Promise<boolean> => {
  const counts = sumOf((await chunksOf(job, services)).map((chunk) => chunk.counts));
  const set = { status: 'failed', error: reason, counts, completedAt: services.now().toISOString() } as const;
  const next: Job = { ...job, ...set };
  await tellSender(next, services);
  const condition = { all: [isFree(job), { attribute: 'status', is: '=', value: job.status } as const] };
  const { done } = await services.table.write(update(jobs, job, { value: next, set, remove: freed, condition }));
  return done;
};
