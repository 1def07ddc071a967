import type { Services } from '../context.ts';
import { type Job, outcomes, reportKey, total, withoutEnding } from './job.ts';
import { sftpResultKey } from './sftp-place.ts';

export type SenderReach = Pick<Services, 'imports'>;

/** What became of a file, for those who sent it by SFTP and see nothing else: `results/<file>.report.json`. */
export const tellSender = async (job: Job, { imports }: SenderReach): Promise<void> => {
  const key = sftpResultKey(job.key);
  if (key === undefined) return;
  const { id, status, error, counts, createdAt, completedAt } = job;
  const report = {
    file: job.key.split('/').slice(3).join('/'),
    import_job: id,
    status,
    ...(error !== undefined && { error }),
    total_count: total(counts),
    ...Object.fromEntries(outcomes.map((outcome) => [`${outcome}_count`, counts[outcome]])),
    ...(counts.failed > 0 && { failed_rows: reportKey(job.key).split('/').slice(3).join('/') }),
    received_at: createdAt,
    completed_at: completedAt,
  };
  await imports().write(
    `${withoutEnding(key)}.report.json`,
    `${JSON.stringify(report, null, 2)}\n`,
    'application/json',
  );
};
