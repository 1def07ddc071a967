import { reportsFolder, workFolder } from './folders.ts';

interface JobKey {
  readonly account: string;
  readonly id: string;
}

/** The reports about rows: failures, or notes on imported rows. */
export type RowReport = 'errors' | 'notes';

/** The prefix of a job's reports, one per window. They sort by first row. */
export const rowReportPrefix = ({ account, id }: JobKey, what: RowReport): string =>
  `${reportsFolder}${account}/${id}/${what}-`;
export const rowReportKey = (job: JobKey, what: RowReport, firstRow: number): string =>
  `${rowReportPrefix(job, what)}${String(firstRow).padStart(12, '0')}.jsonl`;

/** The folder of a job's unpacked chunks. */
export const chunksFolder = ({ account, id }: JobKey): string => `${workFolder}${account}/${id}/`;

export const chunkKey = (job: JobKey, number: number): string =>
  `${chunksFolder(job)}${String(number).padStart(6, '0')}.csv`;
