import type { Services } from '../../../platform/resources/services.ts';
import type { Files } from '../../../platform/storage/files.ts';
import type { Job } from '../jobs/job.ts';
import { hasMapping } from '../mappings/mapping-file.ts';
import { withoutEnding } from '../names/keys.ts';
import { outcomes, total } from '../outcomes/counts.ts';
import { warningsOf } from '../outcomes/warnings.ts';
import { reportKey } from '../places/report-keys.ts';
import { sftpResultKey } from '../places/sftp.ts';

export type SenderDeps = Pick<Services, 'imports'>;

/** Writes the result of an import for its SFTP sender, who sees nothing else: `results/<file>.report.json`. */
export const reportToSender = async (job: Job, { imports }: SenderDeps): Promise<void> => {
  const key = sftpResultKey(job.key);
  if (key === undefined) return;
  const { id, isDryRun = false, status, error, counts, createdAt, completedAt, layout } = job;
  const warnings = warningsOf(job, { warnings: job.warnings ?? [] });
  const report = {
    file: asSeen(job.key),
    import_job: id,
    dry_run: isDryRun,
    status,
    mapping: mappingOf(layout),
    ...(error !== undefined && { error }),
    total_count: total(counts),
    ...Object.fromEntries(outcomes.map((outcome) => [`${outcome}_count`, counts[outcome]])),
    ...(counts.leftOut !== undefined && { left_out_count: counts.leftOut }),
    ...(counts.failed > 0 && { failed_rows: asSeen(reportKey(job.key)) }),
    ...(warnings.length > 0 && { warnings }),
    ...((await isLate(job, imports())) && { note: LATE }),
    received_at: createdAt,
    completed_at: completedAt,
  };
  await imports().write(
    `${withoutEnding(key)}.report.json`,
    `${JSON.stringify(report, null, 2)}\n`,
    'application/json',
  );
};

const LATE =
  'The mapping of this file arrived after the import had ended. Send the file again to import it with the mapping.';

const isLate = async ({ key, status, layout }: Job, files: Files): Promise<boolean> =>
  status === 'complete' && layout?.mappedBy?.source !== 'file' && (await hasMapping(key, files));

/** A key relative to the sender's root folder. */
const asSeen = (key: string): string => key.split('/').slice(3).join('/');

const mappingOf = (layout: Job['layout']): string | null => {
  const { source, id = '', name } = layout?.mappedBy ?? {};
  if (source === undefined) return null;
  return source === 'file' ? asSeen(id) : (name ?? id);
};
