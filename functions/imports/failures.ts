import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Services } from '../context.ts';
import type { Files } from '../storage/files.ts';
import { put } from '../table/write.ts';
import { fieldsOf, recordOf } from './csv/fields.ts';
import { fromCell, toCell } from './csv/formulas.ts';
import { reportColumns } from './headers.ts';
import { Failure, failuresKey, failuresPrefix, type Job, type Layout, reportKey } from './job.ts';
import { isReport } from './profile-file.ts';
import { writtenReports } from './store.ts';

/**
 * Keeps the failed rows of the window that begins behind `job.row`. What an earlier try of the same window left is
 * replaced, for that may have been a longer one.
 */
export const writeFailures = async (
  job: Job,
  failures: readonly Failure[],
  isRetried: boolean,
  files: Files,
): Promise<void> => {
  const key = failuresKey(job, job.row + 1);
  const lines = failures.map((failure) => `${JSON.stringify(failure)}\n`).join('');
  if (failures.length > 0) await files.write(key, lines, 'application/x-ndjson');
  else if (isRetried) await files.remove(key);
};

/** The settled failures behind a row, in their order, window by window. */
export async function* readFailures(job: Job, files: Files, afterRow = 0): AsyncGenerator<readonly Failure[]> {
  const prefix = failuresPrefix(job);
  let after: string | undefined;
  let previous: string | undefined;
  const inWindow = async (key: string): Promise<readonly Failure[]> =>
    parse(await files.readText(key)).filter(({ row }) => row > afterRow && row <= job.row);
  do {
    const keys = await files.list(prefix, after);
    for (const key of keys) {
      // Windows follow each other: one that begins at or before the asked row makes those before it needless.
      if (previous !== undefined && !(key <= failuresKey(job, afterRow + 1))) yield await inWindow(previous);
      previous = key;
    }
    after = keys.at(-1);
  } while (after !== undefined);
  if (previous !== undefined) yield await inWindow(previous);
}

const parse = (text = ''): Failure[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => v.parse(Failure, JSON.parse(line)));

/** Writes the failed rows beside their file, ready to be mended and dropped again. */
export const writeReport = async (
  job: Job,
  layout: Layout,
  { imports, table }: Pick<Services, 'imports' | 'table'>,
): Promise<void> => {
  const files = imports();
  const { delimiter, headers } = layout;
  const isOwn = headers.map((header) => !isReport(header));
  const own = (cells: readonly string[]) => cells.filter((_, i) => isOwn[i] ?? true);
  const line = (cells: readonly string[]) =>
    recordOf(
      cells.map((cell) => toCell(fromCell(cell))),
      delimiter,
    );

  const parts = [`\u{FEFF}${recordOf([...reportColumns, ...own(headers).map(toCell)], delimiter)}`];
  for await (const failures of readFailures(job, files)) {
    for (const { problems, original } of failures) {
      const codes = [...new Set(problems.map(({ code }) => code))];
      const messages = problems.map(({ column, message }) => (column ? `${column}: ${message}` : message));
      const isBroken = codes.includes('broken_quotes');
      const cells = isBroken ? [original] : own(fieldsOf(original, delimiter));
      parts.push(line([codes.join(' '), messages.join(' '), ...cells]));
    }
  }
  const report = Buffer.from(parts.join(''));
  const sha256 = createHash('sha256').update(report).digest('hex');
  const { account, id, expiresAt } = job;
  // Before the file, since the notice of its upload is quick.
  await table.write(put(writtenReports, { account, sha256, job: id, expiresAt }));
  await files.write(reportKey(job.key), report, 'text/csv; charset=utf-8');
};
