import { defineJob } from '../../../platform/jobs/define.ts';
import { stateIn } from '../../../platform/jobs/state.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { listKeys } from '../../../platform/storage/files.ts';
import { defaultPace, type Pace } from '../../../platform/storage/pace.ts';
import { type AccessJob, emptyProgress, fileKey, folderOf, RECORD_DAYS } from './job.ts';
import { accessJobs } from './store.ts';

/** Gathers a person's data, one part per checkpoint, then writes one file. */
export const defineAccessJob = (pace: Pace) =>
  defineJob({
    name: 'access-person',
    state: stateIn(accessJobs),
    absence: (id) => `There is no access job ${id}. They are kept for ${RECORD_DAYS} days.`,
    marginMs: 8_000,
    // A lifecycle rule of the bucket may have removed the parts of a failed job.
    reopen: () => ({ set: { gathered: emptyProgress } }),
    tidy: removeParts,

    // Loaded on demand, since most functions only start jobs.
    step: async (run, context) => (await import('./step.ts')).gatherStep(run, context, pace),
  });

export const accessJob = defineAccessJob(defaultPace);

/** Removes the parts, and the file too unless the job completed. */
export async function removeParts(job: AccessJob, { imports }: Pick<Services, 'imports'>): Promise<void> {
  if (job.status === 'failed') return;
  const files = imports();
  for await (const key of listKeys(folderOf(job), files))
    if (job.status !== 'complete' || key !== fileKey(job)) await files.remove(key);
}
