import * as v from 'valibot';
import { hashOf } from '../../records/event-id.ts';
import { type Measurement, measurements, type Row } from './tally.ts';

/** Sorts rows by a measurement or a dimension, in descending order with a `-`. Other names do not change the order. */
export const sortRows = (
  rows: readonly Row[],
  { sort, by }: { readonly sort: string | null | undefined; readonly by: readonly string[] },
): Row[] => {
  const name = sort?.replace(/^-/, '');
  const direction = sort?.startsWith('-') ? -1 : 1;
  const measurement = measurements.find((one) => one === name);
  const dimension = by.indexOf(name ?? '');
  const byDimensions = (a: Row, b: Row): number => {
    for (const [at, text] of a.dimensions.entries()) {
      const order = compareTexts(text, b.dimensions[at] ?? '');
      if (order !== 0) return order;
    }
    return 0;
  };
  if (measurement) {
    const totals = new Map(rows.map((row) => [row, row.total(measurement)]));
    return rows.toSorted((a, b) => direction * ((totals.get(a) ?? 0) - (totals.get(b) ?? 0)) || byDimensions(a, b));
  }
  return rows.toSorted((a, b) => {
    const own = dimension < 0 ? 0 : compareTexts(a.dimensions[dimension] ?? '', b.dimensions[dimension] ?? '');
    return direction * own || byDimensions(a, b);
  });
};

const compareTexts = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

/** A response has at most 6 MB, and a number of it up to 20 bytes. */
const MAX_NUMBERS = 200_000;

/** The rows of a page: fewer than requested if there are many intervals. */
export const pageSizeOf = (
  requested: number,
  { intervals, measured }: { readonly intervals: number; readonly measured: number },
): number => Math.max(1, Math.min(requested, Math.floor(MAX_NUMBERS / Math.max(1, intervals * measured))));

const Cursor = v.tuple([v.pipe(v.number(), v.integer(), v.minValue(1)), v.string()]);

/** A cursor belongs to one query: everything in it but the size of its pages. */
export const openCursors = (query: readonly unknown[]) => {
  const digest = hashOf('aggregate', JSON.stringify(query)).slice(0, 8);
  return {
    write: (offset: number): string => Buffer.from(JSON.stringify([offset, digest])).toString('base64url'),
    /** Undefined if it is no cursor of this query. */
    read: (cursor: string): number | undefined => {
      const parsed = v.safeParse(
        v.pipe(v.string(), v.parseJson(), Cursor),
        Buffer.from(cursor, 'base64url').toString(),
      );
      return parsed.success && parsed.output[1] === digest ? parsed.output[0] : undefined;
    },
  };
};

/** Whether a report counts people, to show or to sort by. */
export const needsPeople = (requested: readonly Measurement[], sort: string | null | undefined): boolean =>
  requested.includes('unique') || sort?.replace(/^-/, '') === 'unique';
