import type { Outcome } from '../../../platform/jobs/job.ts';
import type { JobContext, Run } from '../../../platform/jobs/run.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { removePieces } from '../dry-run/work-files.ts';
import { endOfErasedName } from '../erase/names.ts';
import { removeUpload } from '../erase/upload.ts';
import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { sumCounts } from '../outcomes/counts.ts';
import { joinedWarnings } from '../outcomes/warnings.ts';
import { chunkKey } from '../places/job-files.ts';
import { writeReport } from '../reports/failures.ts';
import { rememberContent } from './repeats.ts';
import { failedChunks } from './stuck.ts';
import { unpublishVanished } from './vanished.ts';
import { isWholeFile, readNames, removeNames } from './whole-file.ts';

/** Ends an import that has no open chunks: writes its report, and deletes its temporary files. */
export const endImport = async (run: Run<Job>, all: readonly Chunk[], services: JobContext): Promise<Outcome<Job>> => {
  const counts = sumCounts(all.map((chunk) => chunk.counts));
  const failed = all.filter(({ status }) => status === 'failed');
  const [first] = failed;
  if (first) {
    const { lastError } = first;
    const set = lastError === undefined ? {} : { lastError };
    return { kind: 'failed', reason: failedChunks(first, failed.length, all.length), set };
  }
  const vanished = isWholeFile(run.job) ? await endWholeFile(run, services) : [];
  if (vanished === 'late') return { kind: 'next' };
  const { job } = run;
  const namesErased = job.layout && counts.failed > 0 && (await writeReport(job, job.layout, services));
  if (job.isUnpacked) await inParallel(all, 16, ({ number }) => services.imports().remove(chunkKey(job, number)));
  if (job.isDryRun) {
    // The upload stays: it can still be imported.
    await removePieces({ account: job.account, job: job.id }, services.imports());
  } else if (namesErased) await removeUpload(job, services.imports());
  await rememberContent({ ...job, counts }, services);
  const renamed = job.isDryRun ? {} : await endOfErasedName(job, services);
  const warnings = joinedWarnings([...all.flatMap((chunk) => chunk.warnings ?? []), ...vanished]);
  const set = { counts, ...(warnings.length > 0 && { warnings }), ...renamed };
  return { kind: 'complete', set, remove: ['vanished'] };
};

const endWholeFile = async (run: Run<Job>, services: JobContext) => {
  const files = services.imports();
  const ended = await unpublishVanished(run, () => readNames(run.job, files), services);
  if (ended !== 'late') await removeNames(run.job, files);
  return ended;
};
