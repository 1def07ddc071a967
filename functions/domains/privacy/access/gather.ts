import type { ExportDeps, SectionInfo } from '../../../model/personal-data/section.ts';
import { inParts, writeLines } from '../../../platform/storage/line-files.ts';
import type { Pace } from '../../../platform/storage/pace.ts';
import type { PersonRecord } from '../../profiles/records/person-record.ts';
import { type AccessJob, emptyProgress, type GatherProgress, partKey } from './job.ts';
import { sections } from './sections.ts';

interface Work {
  readonly job: AccessJob;
  readonly person: PersonRecord;
  readonly pace: Pace;
  /** Saves the progress. False if this run has to end. */
  readonly keep: (gathered: GatherProgress) => Promise<boolean>;
}

/**
 * Reads a person's data, section by section, into objects of some megabytes. Each object is written before the progress
 * is saved, under a name that depends on the progress only. So the run after a killed one overwrites its objects.
 * Returns true when all has been read.
 */
export const gather = async ({ job, person, pace, keep }: Work, context: ExportDeps): Promise<boolean> => {
  if (job.gathered.isWhole) return true;
  const known = sections.findIndex(({ name }) => name === job.gathered.section);
  // Another version of the code, with other sections, may have started the job.
  let gathered: GatherProgress = known === -1 ? emptyProgress : job.gathered;
  for (const section of sections.slice(Math.max(0, known))) {
    const behind = section.name === gathered.section ? gathered.place : undefined;
    for await (const { lines, place } of inParts(section.read(person, behind, context), pace)) {
      gathered = await writePart({ ...gathered, section: section.name, place }, { job, section, lines }, context);
      if (!(await keep(gathered))) return false;
    }
  }
  const { parts, records } = gathered;
  return keep({ isWhole: true, parts, records });
};

const writePart = async (
  { parts, records, ...at }: GatherProgress,
  { job, section: { name }, lines }: { job: AccessJob; section: SectionInfo; lines: readonly string[] },
  context: ExportDeps,
): Promise<GatherProgress> => {
  if (lines.length === 0) return { ...at, parts, records };
  const number = (parts[name] ?? 0) + 1;
  await writeLines(partKey(job, name, number), lines, context.imports());
  return {
    ...at,
    parts: { ...parts, [name]: number },
    records: { ...records, [name]: (records[name] ?? 0) + lines.length },
  };
};
