import * as v from 'valibot';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import type { FailOutcome } from '../../../platform/workers/trigger.ts';
import { endOfErasedName } from '../erase/names.ts';
import { hasStatus, type Job } from '../jobs/job.ts';
import { jobs } from '../jobs/store.ts';

export const UPLOAD_IS_DUE = 'upload-is-due';
const OfJob = v.object({ account: v.string(), job: v.string() });

/** Schedules the expiry of a job without a file. */
export const expireLater = async (
  { account, id, uploadUntil = '' }: Pick<Job, 'account' | 'id' | 'uploadUntil'>,
  { queue, now }: Pick<Services, 'queue' | 'now'>,
): Promise<void> => queue().send({ kind: UPLOAD_IS_DUE, account, job: id }, { at: new Date(uploadUntil), now: now() });

/** Expires a job whose file has not arrived. A file whose upload started in time is still imported when it arrives. */
export const expireUpload = async (message: unknown, services: Services): Promise<void> =>
  expire(message, services, (job) => endOfErasedName(job, services));

const expire = async (
  message: unknown,
  services: Services,
  endOf: (job: Job) => Promise<Partial<Job>>,
): Promise<void> => {
  const { account, job: id } = v.parse(OfJob, message);
  const job = await services.table.get(jobs, { account, id });
  if (job?.status !== 'waiting_for_upload' || job.uploadUntil === undefined) return;
  const time = services.now().toISOString();
  if (time < job.uploadUntil) return expireLater(job, services);
  const set = { ...(await endOf(job)), status: 'expired', completedAt: time } as const;
  await services.table.write(
    update(jobs, job, { value: { ...job, ...set }, set, condition: hasStatus('waiting_for_upload') }),
  );
};

/** Expires a job whose expiry message was dead-lettered. */
export const failExpiry = async (message: unknown, _: string, services: Services): Promise<FailOutcome> => {
  // The function for dead-lettered messages may not delete files.
  await expire(message, services, async () => ({}));
  return 'over';
};
