import { type DateOrder, orderIn } from '../cells/dates.ts';
import { withoutFirstGuard } from '../csv/formulas.ts';
import { comparable } from './headers.ts';

/** The date order of columns by comparable name. The entry '' is for all other columns. */
export type DateOrders = readonly (readonly [name: string, order: DateOrder])[];

const ALL = '';
const NUMERIC = /\d[./-] ?\d{1,2}[./-]/;

/**
 * Detects date orders from the first rows of a file. One unambiguous value determines the order of its column. Columns
 * with ambiguous values only get the order of the others, since programs write all columns alike.
 */
export const evidentOrders = (headers: readonly string[], rows: Iterable<readonly string[]>): DateOrders => {
  const found = headers.map(() => new Set<DateOrder>());
  for (const cells of rows)
    for (const [column, orders] of found.entries()) {
      const cell = cells[column] ?? '';
      const order = NUMERIC.test(cell) ? orderIn(withoutFirstGuard(cell)) : undefined;
      if (order) orders.add(order);
    }
  const columns = found.flatMap((orders, column): (readonly [string, DateOrder])[] => {
    const [order] = orders;
    const name = comparable(headers[column] ?? '');
    return order && orders.size === 1 && name !== '' ? [[name, order]] : [];
  });
  const [one, another] = new Set(found.flatMap((orders) => [...orders]));
  return one && !another ? [...columns, [ALL, one]] : columns;
};

/** Returns the order of a column by its comparable name. A declared order wins over a detected one. */
export const orderOfColumn = (said: DateOrder | undefined, evident: DateOrders = []) => {
  const known = new Map(evident);
  return (name: string): DateOrder | undefined => said ?? known.get(name) ?? known.get(ALL);
};
