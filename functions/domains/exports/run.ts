import { defineJob } from '../../platform/jobs/define.ts';
import { stateIn } from '../../platform/jobs/state.ts';
import type { Services } from '../../platform/resources/services.ts';
import { listKeys } from '../../platform/storage/files.ts';
import { defaultPace, type Pace } from '../../platform/storage/pace.ts';
import { type ExportJob, emptyProgress, folderOf, JOB_DAYS } from './records/job.ts';
import { exportJobs } from './records/store.ts';

/** How much is written at once. */
export interface ExportPace extends Pace {
  /** The number of parts in one file: about a gigabyte, which a run writes within minutes. */
  readonly partsInFile: number;
}

/** Reads records, one part per checkpoint, then assembles the files, one per checkpoint. */
export const defineExportJob = (pace: ExportPace) =>
  defineJob({
    name: 'export',
    state: stateIn(exportJobs),
    absence: (id) => `There is no export job ${id}. They are kept for ${JOB_DAYS} days.`,
    marginMs: 8_000,
    // A lifecycle rule of the bucket may have removed the parts of a failed job.
    reopen: () => ({ set: emptyProgress, remove: ['place', 'isWhole'] }),
    tidy: removeParts,

    // Loaded on demand, since most functions only start jobs.
    step: async (run, context) => (await import('./step.ts')).exportStep(run, context, pace),
  });

export const exportJob = defineExportJob({ ...defaultPace, partsInFile: 128 });

/** Removes the parts, and the files too unless the job completed. */
export async function removeParts(job: ExportJob, { imports }: Pick<Services, 'imports'>): Promise<void> {
  if (job.status === 'failed') return;
  const files = imports();
  for await (const key of listKeys(folderOf(job), files))
    if (job.status !== 'complete' || key.startsWith(`${folderOf(job)}part-`)) await files.remove(key);
}
