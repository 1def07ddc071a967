import type { Outcome } from '../../platform/jobs/job.ts';
import type { JobContext, Run } from '../../platform/jobs/run.ts';
import { inParts, writeLines } from '../../platform/storage/line-files.ts';
import { assembleFile } from './assemble.ts';
import { collectColumns } from './csv/column-names.ts';
import { DOWNLOAD_HOURS, type ExportJob, partKey } from './records/job.ts';
import type { ExportPace } from './run.ts';
import { sources } from './sources/sources.ts';

/** The time in which a file is written. If a run has less left, the next one does it. */
const ASSEMBLE_MS = 600_000;
const HOUR_MS = 3_600_000;

export const exportStep = async (
  run: Run<ExportJob>,
  context: JobContext,
  pace: ExportPace,
): Promise<Outcome<ExportJob>> => {
  const isLate = () => run.deadline.remainingMs() < ASSEMBLE_MS;
  if (!run.job.isWhole) {
    if (!(await readRecords(run, context, pace))) return { kind: 'next' };
    if (isLate()) return { kind: 'wait', until: 0 };
  }
  const { job } = run;
  const count = Math.max(1, Math.ceil(job.parts / pace.partsInFile));
  if (job.files.length < count) {
    const number = job.files.length + 1;
    const parts = Array.from({ length: job.parts }, (_, i) => partKey(job, i + 1));
    const own = parts.slice((number - 1) * pace.partsInFile, number * pace.partsInFile);
    const file = await assembleFile(job, { number, parts: own }, context);
    await run.save({ files: [...job.files, file] });
    return isLate() ? { kind: 'wait', until: 0 } : { kind: 'next' };
  }
  const keptUntil = new Date(context.now().getTime() + DOWNLOAD_HOURS * HOUR_MS).toISOString();
  return { kind: 'complete', set: { keptUntil } };
};

/**
 * Reads records into objects of some megabytes. Each object is written before the position is saved, under a name that
 * depends on the progress only, so the run after a killed one overwrites its objects. Returns true when all are read.
 */
const readRecords = async (run: Run<ExportJob>, context: JobContext, pace: ExportPace): Promise<boolean> => {
  const { kind, format, place: behind } = run.job;
  const source = sources[kind];
  const names = new Set(run.job.columns);
  const pages = source.read(behind, context);
  const columned = format === 'csv' ? collectColumns(pages, source, names) : pages;
  for await (const { lines, place } of inParts(columned, pace)) {
    const { parts, records } = run.job;
    const number = parts + 1;
    if (lines.length > 0) await writeLines(partKey(run.job, number), lines, context.imports());
    await run.save({
      place,
      columns: [...names],
      parts: lines.length > 0 ? number : parts,
      records: records + lines.length,
    });
    if (run.isLate()) return false;
  }
  await run.save({ isWhole: true }, { remove: ['place'] });
  return true;
};
