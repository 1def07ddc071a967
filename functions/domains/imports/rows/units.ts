import { isRowFault } from '../../../platform/jobs/row-fault.ts';
import { comparable } from '../columns/headers.ts';
import { withoutLineEnd } from '../csv/fields.ts';
import type { RawRecord } from '../csv/read.ts';
import { cellsReader } from '../csv/record-cells.ts';
import type { Layout } from '../job.ts';
import { mapped } from '../mappings/mapping.ts';
import type { EventRow, eventFile } from './event-file.ts';
import type { ProfileRow, profileFile } from './profile-file.ts';
import { fitToHeader, isBlankRow, type Row, type RowProblem, shapeProblems } from './row.ts';

/** Rows that succeed or fail together: one, or the lines of one order. */
export interface Unit {
  readonly rows: readonly Row[];
  /** Where its first record begins. */
  readonly offset: number;
  readonly problems: readonly RowProblem[];
  readonly said?:
    | { readonly kind: 'profile'; readonly row: ProfileRow }
    | { readonly kind: 'event'; readonly row: EventRow };
}

export type Reader =
  | { readonly kind: 'profiles'; readonly file: ReturnType<typeof profileFile> }
  | { readonly kind: 'events'; readonly file: ReturnType<typeof eventFile> };

const MAX_LINES = 1_000;

interface Open {
  readonly rows: readonly Row[];
  readonly offset: number;
  readonly group: string | undefined;
}

/** What is said of a row that can't be read by a mistake of ours. */
export type Fault = (error: unknown, row: number) => RowProblem;

const fault: Fault = () => ({ code: 'internal_error', message: 'Something went wrong on our side with this row.' });

/** Makes units of records as they come; the last one stays open, since the next record may be of the same order. */
export const unitsFrom = (reader: Reader, layout: Layout, onFault: Fault = fault) => {
  const { headers, mapping } = layout;
  let open: Open | undefined;
  const { cellsOf } = mapped(layout, mapping);
  const readCells = cellsReader(layout);
  const isUnnamedMapped = Object.keys(mapping?.columns ?? {}).some((name) => comparable(name) === '');

  const close = (): Unit[] => {
    if (!open) return [];
    const { rows, offset } = open;
    open = undefined;
    return [
      caught(
        () => unitOf(reader, rows, offset),
        (error) => ({ rows, offset, problems: [failed(error, rows)] }),
      ),
    ];
  };
  const failed = (error: unknown, [first]: readonly Row[]) => onFault(error, first?.number ?? 0);

  return {
    take: (record: RawRecord, number: number): Unit[] => {
      const text = withoutLineEnd(record.text);
      if (text === '') return [];
      const { row, group } = caught(
        (): { readonly row?: Row; readonly group?: string | undefined } => {
          const fields = record.isBroken ? [] : readCells(record.text);
          if (!record.isBroken && isBlankRow(fields)) return {};
          const cells = fitToHeader(fields, headers.length);
          const problems = shapeProblems(record, cells, { headers, isUnnamedMapped });
          const read = { number, text, cells: cellsOf(cells), problems };
          const isOne = problems.length > 0 || reader.kind !== 'events';
          return { row: read, group: isOne ? undefined : reader.file.groupOf?.(read) };
        },
        (error) => ({ row: { number, text, cells: [], problems: [onFault(error, number)] } }),
      );
      if (!row) return [];
      const joins = open && group !== undefined && open.group === group && open.rows.length < MAX_LINES;
      if (open && joins) {
        open = { ...open, rows: [...open.rows, row] };
        return [];
      }
      const closed = close();
      open = { rows: [row], offset: record.offset, group };
      return closed;
    },
    close,
    /** The unit that is still open, if any: a checkpoint has to stand before it. */
    pending: (): { readonly offset: number; readonly row: number } | undefined => {
      const [first] = open?.rows ?? [];
      return open && first && { offset: open.offset, row: first.number };
    },
  };
};

const caught = <T>(work: () => T, instead: (error: unknown) => T): T => {
  try {
    return work();
  } catch (error) {
    if (!isRowFault(error)) throw error;
    return instead(error);
  }
};

const unitOf = (reader: Reader, rows: readonly Row[], offset: number): Unit => {
  const [first] = rows;
  const malformed = rows.flatMap(({ problems }) => problems);
  if (!first || malformed.length > 0) return { rows, offset, problems: malformed };
  if (reader.kind === 'profiles') {
    const row = reader.file.read?.(first);
    return row
      ? { rows, offset, problems: row.problems, said: { kind: 'profile', row } }
      : { rows, offset, problems: [] };
  }
  const row = reader.file.read?.(rows);
  return row ? { rows, offset, problems: row.problems, said: { kind: 'event', row } } : { rows, offset, problems: [] };
};
