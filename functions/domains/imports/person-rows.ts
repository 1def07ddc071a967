import type { BlockRules } from '../../model/blocked.ts';
import type { Alias } from '../../model/identity.ts';
import type { Services } from '../../platform/resources/services.ts';
import type { Files } from '../../platform/storage/files.ts';
import { findHeader } from './contents/header.ts';
import { planFile } from './contents/layout.ts';
import { orderOf } from './contents/order.ts';
import { type Beginning, behind, contentsOf, headOf, partsOf } from './contents/read.ts';
import { readRecords } from './csv/read.ts';
import { sniff } from './csv/sniff.ts';
import { readChanges } from './dry-run/change-files.ts';
import type { Job, Layout } from './jobs/job.ts';
import { failedRows } from './jobs/store.ts';
import type { Change } from './kinds/change.ts';
import { readerFor } from './kinds/reader.ts';
import { concernsPerson, mayContainAny } from './match-person.ts';
import type { Failure } from './outcomes/failure.ts';
import { FileError } from './outcomes/file-error.ts';
import type { RowProblem } from './outcomes/problem.ts';
import { readFailures } from './reports/failures.ts';
import type { FileReader } from './rows/parsed-row.ts';
import { type Unit, unitsFrom } from './rows/units.ts';

/** A row about a person, as it is in the file. */
export interface PersonalRow {
  readonly row: number;
  readonly text: string;
  /** Why it was not imported, as far as the row itself shows. */
  readonly problems: readonly RowProblem[];
}

const PART_BYTES = 4 * 1024 * 1024;
const PAGE = 500;

/**
 * Reads the rows of an import's file that are about a person, part by part from `from` on. Only parts that may contain
 * an identifier are parsed, as the import did. Yields nothing if the file has expired or was never readable.
 */
export async function* readPersonRows(
  identifiers: readonly Alias[],
  job: Job,
  { files, rules }: { readonly files: Files; readonly rules?: BlockRules | undefined },
): AsyncGenerator<{ readonly from: number; readonly rows: readonly PersonalRow[] }> {
  if (identifiers.length === 0) return;
  try {
    const pieces = await contentsOf(job, files);
    if (!pieces) return;
    const beginning = await headOf(pieces);
    const { layout, offset, row } = await layoutIn(job, beginning);
    const [mayBeIn, isTheirs] = [mayContainAny(identifiers), concernsPerson(identifiers)];
    const { groupOf } = layout.headers.length === 0 ? { groupOf: undefined } : orderOf(job, layout, 1);
    const cutting = { offset, row, delimiter: layout.delimiter, chunkBytes: PART_BYTES, groupOf };
    for await (const { part, text } of partsOf(behind(beginning.head.subarray(offset), pieces), cutting)) {
      if (!mayBeIn(text.toString())) continue;
      const rows: PersonalRow[] = [];
      for await (const unit of unitsOf({ ...part, text }, readerOf(job, layout, rules), layout)) {
        if (isTheirs(unit)) rows.push(...rowsIn(unit));
      }
      yield { from: part.from, rows };
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}

/** Reads the layout of the file. Without a valid header, the file is read as lines. */
const layoutIn = async (
  job: Job,
  text: Beginning,
): Promise<{ readonly layout: Layout; readonly offset: number; readonly row: number }> => {
  const { layout } = job;
  if (layout) {
    // Not checked again: today's rules may be stricter than those of the import.
    const found = await findHeader(text, {
      encoding: 'utf-8',
      delimiter: layout.delimiter,
      header_row: layout.mapping?.header_row,
    });
    if (!('reason' in found)) return { layout, offset: found.offset, row: found.row };
  }
  const begun = await planFile(job, text, async () => ({}));
  if (!('reason' in begun)) return begun;
  return { layout: { delimiter: sniff(text.head, text.isWhole).delimiter, headers: [] }, offset: 0, row: 0 };
};

interface Text {
  readonly from: number;
  readonly to: number;
  /** The number of the last record before it. */
  readonly before: number;
  readonly text: Buffer;
}

const readerOf = (job: Job, layout: Layout, rules: BlockRules | undefined): FileReader | undefined =>
  layout.headers.length === 0 ? undefined : readerFor(job, layout, rules);

async function* unitsOf(
  { from, to, before, text }: Text,
  reader: FileReader | undefined,
  layout: Layout,
): AsyncGenerator<Unit> {
  const units = reader && unitsFrom(reader, layout);
  const read = async (start: number, end: number) => text.subarray(start - from, end - from);
  let number = before;
  for await (const records of readRecords(read, { from, to, delimiter: layout.delimiter })) {
    for (const record of records) {
      number += 1;
      if (units) yield* units.take(record, number);
      else yield unreadableUnit(number, record.text.trimEnd());
    }
  }
  if (units) yield* units.close();
}

const unreadableUnit = (number: number, text: string): Unit => ({
  rows: [{ number, text, cells: [], problems: [] }],
  offset: 0,
  problems: [],
});

const rowsIn = ({ rows, problems }: Unit): PersonalRow[] =>
  rows.map(({ number, text }) => ({ row: number, text, problems }));

/** Reads the changes of a person that a dry run found. */
export const readPersonChanges = async (
  { profileIds, identifiers }: { readonly profileIds: readonly string[]; readonly identifiers: readonly Alias[] },
  job: Job,
  files: Files,
): Promise<Change[]> => {
  if (!job.isDryRun) return [];
  const isTheirs = ({ profile }: Change): boolean =>
    (profile.id !== undefined && profileIds.includes(profile.id)) ||
    identifiers.some(({ kind, value }) => kind !== 'anonymous_id' && profile[kind] === value);
  return (await readChanges(job, files, () => true)).filter(isTheirs);
};

/** Reads the failed rows about a person, with their problems, from the file of failed rows. */
export async function* readPersonFailures(
  identifiers: readonly Alias[],
  job: Job,
  { imports, table }: Pick<Services, 'imports' | 'table'>,
): AsyncGenerator<readonly PersonalRow[]> {
  const { layout } = job;
  if (!layout) return;
  for await (const failures of readFailures(job, imports())) yield among(failures, identifiers, job, layout);
  const of = { account: job.account, job: job.id };
  for (let after = 0; ; ) {
    const some = await failedRows.query(of, { after, limit: PAGE }, { table });
    yield among(some, identifiers, job, layout);
    const last = some.at(-1);
    if (!last || some.length < PAGE) return;
    after = last.row;
  }
}

const among = (
  failures: readonly Failure[],
  identifiers: readonly Alias[],
  job: Job,
  layout: Layout,
): readonly PersonalRow[] => {
  const mayBeIn = mayContainAny(identifiers);
  if (!failures.some(({ original }) => mayBeIn(original))) return [];
  const units = unitsFrom(readerFor(job, layout), layout);
  const all = failures.flatMap(({ row, original: text, problems }) => {
    const isBroken = problems.some(({ code }) => code === 'broken_quotes');
    return units.take({ offset: 0, end: 0, text, isBroken }, row);
  });
  const rows = [...all, ...units.close()].filter(concernsPerson(identifiers)).flatMap(rowsIn);
  const problemsByRow = new Map(failures.map(({ row, problems }) => [row, problems]));
  return rows.map((one) => ({ ...one, problems: problemsByRow.get(one.row) ?? one.problems }));
};
