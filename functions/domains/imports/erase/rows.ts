import type { Alias } from '../../../model/identity.ts';
import { isPlaceholder } from '../../../model/placeholders.ts';
import { cellsReader } from '../columns/record-cells.ts';
import { ownColumns, reportColumns } from '../columns/report-columns.ts';
import { withoutLineEnd } from '../csv/fields.ts';
import { readRecords } from '../csv/read.ts';
import type { Job, Layout } from '../jobs/job.ts';
import { readerFor } from '../kinds/reader.ts';
import { addressesIn } from '../names/addresses.ts';
import type { Failure } from '../outcomes/failure.ts';
import { type Unit, unitsFrom } from '../rows/units.ts';

/** Whether an identifier belongs to one of the people. */
export type IsTheirs = (identifier: Alias) => boolean;

/** A file with its layout. */
type Read = Pick<Job, 'kind' | 'key'> & { readonly layout: Layout };

const kindsOfRows = ['email', 'phone_number', 'external_id'] as const;

const isAbout = ({ parsed, rows }: Unit, isTheirs: IsTheirs): boolean => {
  const named = kindsOfRows.flatMap((kind) => {
    const value = parsed?.input.identifiers[kind];
    return value ? [{ kind, value }] : [];
  });
  if (named.some(isTheirs)) return true;
  // An invalid row may still contain an address.
  return named.every(({ value }) => isPlaceholder(value)) && rows.some(({ text }) => mentions(text, isTheirs));
};

const mentions = (text: string, isTheirs: IsTheirs): boolean =>
  addressesIn(text).some((value) => isTheirs({ kind: 'email', value }));

/** The rows about these people. All lines of an order belong to one person. */
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

/** The location of a file of failed rows. */
interface Report {
  readonly read: (start: number, end: number) => Promise<Buffer>;
  readonly size: number;
}

/** Reads the lines of a file of failed rows, each with whether it is about these people. Streams files of any size. */
export async function* linesOf(
  { read, size }: Report,
  by: Read,
  isTheirs: IsTheirs,
): AsyncGenerator<{ readonly text: string; readonly isTheirs: boolean }> {
  const { delimiter } = by.layout;
  const readCells = cellsReader({ headers: reportColumns, delimiter });
  const layout = { ...by.layout, headers: [...ownColumns(by.layout.headers, by.layout)] };
  const units = unitsFrom(readerFor(by, layout), layout);
  /** Lines whose unit is still open. */
  const waiting: string[] = [];
  let number = 0;
  function* linesIn(some: readonly Unit[]) {
    for (const unit of some) {
      const isGone = isAbout(unit, isTheirs);
      for (const text of waiting.splice(0, unit.rows.length)) yield { text, isTheirs: isGone };
    }
  }
  for await (const records of readRecords(read, { from: 0, to: size, delimiter })) {
    for (const { text } of records) {
      number += 1;
      if (number === 1) {
        yield { text, isTheirs: false };
        continue;
      }
      const [code = '', , ...cells] = readCells(text);
      const isBroken = code.split(' ').includes('broken_quotes');
      const original = isBroken ? withoutLineEnd(text) : cells.map((cell) => quotedCell(cell)).join(delimiter);
      // A line that is not a row belongs to no unit.
      if (original === '') yield { text, isTheirs: false };
      else waiting.push(text);
      yield* linesIn(units.take(recordOf(original, isBroken), number));
    }
  }
  yield* linesIn(units.close());
}

const quotedCell = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
