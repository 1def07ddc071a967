import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Files } from '../../../platform/storage/files.ts';
import { put } from '../../../platform/table/write.ts';
import { cellsReader } from '../columns/record-cells.ts';
import { ownColumns, reportColumns } from '../columns/report-columns.ts';
import { recordOf } from '../csv/fields.ts';
import { toCell, withoutFirstGuard } from '../csv/formulas.ts';
import { type Chunk, isRepeated } from '../jobs/chunk.ts';
import type { Job, Layout } from '../jobs/job.ts';
import { reportPlaces, writtenReports } from '../jobs/store.ts';
import { Failure } from '../outcomes/failure.ts';
import { type RowReport, rowReportKey, rowReportPrefix } from '../places/job-files.ts';
import { reportKey } from '../places/report-keys.ts';
import { ownMetadata } from './report-metadata.ts';

/**
 * Writes the report on rows of the window after `chunk.row`. Replaces the report of an earlier try, whose window may have
 * been longer.
 */
export const writeRowReport = async (
  chunk: Chunk,
  what: RowReport,
  rows: readonly Failure[],
  files: Files,
): Promise<void> => {
  const key = rowReportKey({ account: chunk.account, id: chunk.job }, what, chunk.row + 1);
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  if (rows.length > 0) await files.write(key, lines, 'application/x-ndjson');
  else if (isRepeated(chunk)) await files.remove(key);
};

interface Behind {
  /** @default 'errors' */
  readonly what?: RowReport;
  readonly afterRow?: number;
  /** Excludes rows of unfinished windows, which will be repeated. */
  readonly isProcessed?: (row: number) => boolean;
}

/** The failures of processed rows after a row, in order, window by window. */
export async function* readFailures(
  job: Pick<Job, 'account' | 'id'>,
  files: Files,
  { what = 'errors', afterRow = 0, isProcessed = () => true }: Behind = {},
): AsyncGenerator<readonly Failure[]> {
  const prefix = rowReportPrefix(job, what);
  const inWindow = async (key: string): Promise<readonly Failure[]> =>
    failuresOf(await files.readText(key)).filter(({ row }) => row > afterRow && isProcessed(row));
  let wanted: string[] = [];
  let after: string | undefined;
  for (;;) {
    const keys = await files.list(prefix, after);
    wanted.push(...keys);
    // Windows are consecutive: those before the one with the requested row are not needed.
    const first = wanted.findLastIndex((key) => key <= rowReportKey(job, what, afterRow + 1));
    wanted = wanted.slice(Math.max(0, first));
    after = keys.at(-1);
    const isLast = after === undefined;
    while (wanted.length > (isLast ? 0 : AHEAD)) {
      const some = await inParallel(wanted.slice(0, AHEAD), AHEAD, inWindow);
      wanted = wanted.slice(AHEAD);
      for (const failures of some) if (failures.length > 0) yield failures;
    }
    if (isLast) return;
  }
}

const AHEAD = 16;

export const failuresOf = (text = ''): Failure[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => v.parse(Failure, JSON.parse(line)));

/** Writes the failed rows beside their file, ready to correct and upload again. True if some are about erased people. */
export const writeReport = async (
  job: Job,
  layout: Layout,
  { imports, table }: Pick<Services, 'imports' | 'table'>,
): Promise<boolean> => {
  const files = imports();
  let namesErased = false;
  const { delimiter, headers } = layout;
  const readCells = cellsReader(layout);
  const own = (cells: readonly string[]) => ownColumns(cells, layout);
  const line = (cells: readonly string[]) =>
    recordOf(
      cells.map((cell) => toCell(withoutFirstGuard(cell), delimiter)),
      delimiter,
    );

  const lineOf = ({ problems, original }: Failure): string => {
    const codes = [...new Set(problems.map(({ code }) => code))];
    const messages = problems.map(({ column, message }) => (column ? `${column}: ${message}` : message));
    if (codes.includes('erased')) namesErased = true;
    const cells = codes.includes('broken_quotes') ? [original] : own(readCells(original));
    return line([codes.join(' '), messages.join(' '), ...cells]);
  };
  // If every row fails, the report is larger than the file, and than the memory.
  async function* lines(): AsyncGenerator<Buffer> {
    yield Buffer.from(
      `\u{FEFF}${recordOf([...reportColumns, ...own(headers).map((header) => toCell(header, delimiter))], delimiter)}`,
    );
    for await (const failures of readFailures(job, files))
      for (const failure of failures) yield Buffer.from(lineOf(failure));
  }
  const { account, id, expiresAt } = job;
  await table.write(put(reportPlaces, { account, key: reportKey(job.key), job: id, expiresAt }));
  await writeKnown(reportKey(job.key), lines(), { account, job: id, expiresAt }, { imports, table });
  return namesErased;
};

/** Writes a report of ours, and remembers that its upload is no import. */
export const writeKnown = async (
  key: string,
  lines: AsyncIterable<Buffer>,
  of: { readonly account: string; readonly job: string; readonly expiresAt: number },
  { imports, table }: Pick<Services, 'imports' | 'table'>,
): Promise<void> => {
  const hash = createHash('sha256');
  async function* remembered(): AsyncGenerator<Buffer> {
    for await (const bytes of lines) {
      hash.update(bytes);
      yield bytes;
    }
    const { account, job, expiresAt } = of;
    // Before the file: the notification of its upload is quick.
    await table.write(put(writtenReports, { account, sha256: hash.digest('hex'), job, expiresAt }));
  }
  await imports().writeStream(key, remembered(), 'text/csv; charset=utf-8', ownMetadata(key));
};
