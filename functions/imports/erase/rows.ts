import { isPlaceholder } from '../../profiles/blocked.ts';
import type { Alias } from '../../profiles/profile.ts';
import { fieldsOf, withoutLineEnd } from '../csv/fields.ts';
import { readRecords } from '../csv/read.ts';
import { isReport } from '../headers.ts';
import type { Failure, Job, Layout } from '../job.ts';
import { readerFor } from '../plan.ts';
import { type Unit, unitsFrom } from '../units.ts';

/** Tells whose a row is. */
export type IsTheirs = (identifier: Alias) => boolean;

/** A file by whose layout its rows are read. */
type Read = Pick<Job, 'kind' | 'key'> & { readonly layout: Layout };

const kindsOfRows = ['email', 'phone_number', 'external_id'] as const;

const isAbout = ({ said, rows }: Unit, isTheirs: IsTheirs): boolean => {
  const named = kindsOfRows.flatMap((kind) => {
    const value = said?.row.input.identifiers[kind];
    return value ? [{ kind, value }] : [];
  });
  if (named.some(isTheirs)) return true;
  // What names nobody rightly may still have somebody's address in it.
  return named.every(({ value }) => isPlaceholder(value)) && rows.some(({ text }) => mentions(text, isTheirs));
};

const ADDRESS = /[^\s"',;|<>()[\]:]+@[^\s"',;|<>()[\]:]+/g;

const mentions = (text: string, isTheirs: IsTheirs): boolean =>
  (text.match(ADDRESS) ?? []).some((value) => isTheirs({ kind: 'email', value: value.toLowerCase().normalize('NFC') }));

/** The rows among these that are about somebody; the lines of one order are about one. */
export const rowsAbout = (failures: readonly Failure[], read: Read, isTheirs: IsTheirs): ReadonlySet<number> => {
  const units = unitsFrom(readerFor(read, read.layout), read.layout);
  const all = failures.flatMap(({ row, original, problems }) =>
    units.take(
      recordOf(
        original,
        problems.some(({ code }) => code === 'broken_quotes'),
      ),
      row,
    ),
  );
  return new Set(
    [...all, ...units.close()].flatMap((unit) =>
      isAbout(unit, isTheirs) ? unit.rows.map(({ number }) => number) : [],
    ),
  );
};

const recordOf = (text: string, isBroken: boolean) => ({ offset: 0, end: 0, text, isBroken });

interface Without {
  readonly text: string;
  readonly rows: number;
}

/** A file of failed rows without those about somebody. */
export const reportWithout = async (report: Buffer, read: Read, isTheirs: IsTheirs): Promise<Without> => {
  const { delimiter } = read.layout;
  const headers = read.layout.headers.filter((header) => !isReport(header));
  const layout = { ...read.layout, headers };
  const records: string[] = [];
  const slice = async (start: number, end: number) => report.subarray(start, end);
  for await (const some of readRecords(slice, { from: 0, to: report.length, delimiter }))
    records.push(...some.map(({ text }) => text));
  const [header = '', ...rows] = records;
  const failures = rows.map((text, row): Failure => {
    const [code = '', , ...cells] = fieldsOf(text, delimiter);
    const isBroken = code.split(' ').includes('broken_quotes');
    const original = isBroken ? withoutLineEnd(text) : cells.map((cell) => quotedCell(cell)).join(delimiter);
    return { row, original, problems: isBroken ? [{ code: 'broken_quotes', message: '' }] : [] };
  });
  const gone = rowsAbout(failures, { ...read, layout }, isTheirs);
  return { text: [header, ...rows.filter((_, row) => !gone.has(row))].join(''), rows: gone.size };
};

const quotedCell = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
