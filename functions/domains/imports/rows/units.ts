import { isRowFault } from '../../../platform/jobs/row-fault.ts';
import { comparable } from '../columns/headers.ts';
import { type Mapping, mapped } from '../columns/mapping.ts';
import { cellsReader } from '../columns/record-cells.ts';
import type { WithHeaders } from '../columns/report-columns.ts';
import { withoutLineEnd } from '../csv/fields.ts';
import type { RawRecord } from '../csv/read.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import type { FileReader, ParsedRow } from './parsed-row.ts';
import { fitToHeader, isBlankRow, type Row, shapeProblems } from './row.ts';

/** Rows that succeed or fail together: one, or the lines of one order. */
export interface Unit<Parsed extends ParsedRow = ParsedRow> {
  readonly rows: readonly Row[];
  /** The position of its first record. */
  readonly offset: number;
  readonly problems: readonly RowProblem[];
  /** Absent if its records are malformed or the file cannot be read. */
  readonly parsed?: Parsed;
}

/** The format of a file's records. */
interface FileFormat extends WithHeaders {
  readonly delimiter: string;
  readonly mapping?: Mapping | undefined;
}

const MAX_LINES = 1_000;

interface Open {
  readonly rows: readonly Row[];
  readonly offset: number;
  readonly group: string | undefined;
}

/** Creates the problem of a row that causes an internal error. */
export type Fault = (error: unknown, row: number) => RowProblem;

const fault: Fault = () => ({ code: 'internal_error', message: 'Something went wrong on our side with this row.' });

/**
 * Groups records to units as they arrive. The last one stays open, since the next record may belong to the same order.
 */
export const unitsFrom = (reader: FileReader, file: FileFormat, onFault: Fault = fault) => {
  const { groupOf } = reader;
  const readRow = rowReader(file);
  let open: Open | undefined;

  const close = (): Unit[] => {
    if (!open) return [];
    const { rows, offset } = open;
    open = undefined;
    return [
      runOrElse(
        () => unitOf(reader, rows, offset),
        (error) => ({ rows, offset, problems: [onFault(error, rows[0]?.number ?? 0)] }),
      ),
    ];
  };

  const rowIn = (record: RawRecord, text: string, number: number) =>
    runOrElse(
      (): { readonly row?: Row | undefined; readonly group?: string | undefined } => {
        const row = readRow(record, text, number);
        return { row, group: !row || row.problems.length > 0 ? undefined : groupOf?.(row) };
      },
      (error) => ({ row: { number, text, cells: [], problems: [onFault(error, number)] } }),
    );

  return {
    take: (record: RawRecord, number: number): Unit[] => {
      const text = withoutLineEnd(record.text);
      if (text === '') return [];
      const { row, group } = rowIn(record, text, number);
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
    /** The open unit, if any. A checkpoint must be before it. */
    pending: (): { readonly offset: number; readonly row: number } | undefined => {
      const [first] = open?.rows ?? [];
      return open && first && { offset: open.offset, row: first.number };
    },
  };
};

/** Creates a reader of records: their cells and the problems of their shape. A blank record is not a row. */
const rowReader = (file: FileFormat) => {
  const { headers, mapping } = file;
  const { cellsOf } = mapped(file, mapping);
  const readCells = cellsReader(file);
  const isUnnamedMapped = Object.keys(mapping?.columns ?? {}).some((name) => comparable(name) === '');
  const header = { headers, isUnnamedMapped };
  return (record: RawRecord, text: string, number: number): Row | undefined => {
    const fields = record.isBroken ? [] : readCells(record.text);
    if (!record.isBroken && isBlankRow(fields)) return undefined;
    const cells = fitToHeader(fields, headers.length);
    return { number, text, cells: cellsOf(cells), problems: shapeProblems(record, cells, header) };
  };
};

const runOrElse = <T>(work: () => T, instead: (error: unknown) => T): T => {
  try {
    return work();
  } catch (error) {
    if (!isRowFault(error)) throw error;
    return instead(error);
  }
};

const unitOf = ({ read }: FileReader, rows: readonly Row[], offset: number): Unit => {
  const malformed = rows.flatMap(({ problems }) => problems);
  if (malformed.length > 0 || !read) return { rows, offset, problems: malformed };
  const parsed = read(rows);
  return { rows, offset, problems: parsed.problems, parsed };
};
