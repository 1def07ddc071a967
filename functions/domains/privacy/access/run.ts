import { defineJob } from '../../../platform/jobs/define.ts';
import { stateIn } from '../../../platform/jobs/state.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { listKeys } from '../../../platform/storage/files.ts';
import { type AccessJob, defaultPace, emptyProgress, fileKey, folderOf, type Pace, RECORD_DAYS } from './job.ts';
import { accessJobs } from './store.ts';

/** Gathers what is held on a person, a part in each checkpoint, then puts it into one file. */
export const defineAccessJob = (pace: Pace) =>
  defineJob({
    name: 'access-person',
    state: stateIn(accessJobs),
    absence: (id) => `There is no access job ${id}. They are kept for ${RECORD_DAYS} days.`,
    marginMs: 8_000,
    // What one that failed has gathered may be gone: a rule of the bucket removes it.
    reopen: () => ({ set: { gathered: emptyProgress } }),
    tidy: removeParts,

    // Most functions only start jobs: what gathers is loaded where it is needed.
    step: async (run, context) => (await import('./step.ts')).gatherStep(run, context, pace),
  });

export const accessJob = defineAccessJob(defaultPace);

/** Removes what was gathered once it is in the file, or all where there is to be none. */
export async function removeParts(job: AccessJob, { imports }: Pick<Services, 'imports'>): Promise<void> {
  if (job.status === 'failed') return;
  const files = imports();
  for await (const key of listKeys(folderOf(job), files))
    if (job.status !== 'complete' || key !== fileKey(job)) await files.remove(key);
}
