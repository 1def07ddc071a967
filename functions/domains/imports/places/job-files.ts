import { reportsFolder, workFolder } from './folders.ts';

interface JobKey {
  readonly account: string;
  readonly id: string;
}

/** What is reported of rows: that they failed, or what to look at though they were imported. */
export type RowReport = 'errors' | 'notes';

/** Where the reports of a job lie, one for each window. They sort by their first row. */
export const rowReportPrefix = ({ account, id }: JobKey, what: RowReport): string =>
  `${reportsFolder}${account}/${id}/${what}-`;
export const rowReportKey = (job: JobKey, what: RowReport, firstRow: number): string =>
  `${rowReportPrefix(job, what)}${String(firstRow).padStart(12, '0')}.jsonl`;

/** Where the bytes of a chunk lie that had to be unpacked. */
export const chunksFolder = ({ account, id }: JobKey): string => `${workFolder}${account}/${id}/`;

export const chunkKey = (job: JobKey, number: number): string =>
  `${chunksFolder(job)}${String(number).padStart(6, '0')}.csv`;
