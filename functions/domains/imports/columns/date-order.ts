import { type DateOrder, orderIn } from '../cells/dates.ts';
import { withoutFirstGuard } from '../csv/formulas.ts';
import { comparable } from './headers.ts';

/** In which order columns write their dates, by their names as they are compared; that of all others is at ''. */
export type DateOrders = readonly (readonly [name: string, order: DateOrder])[];

const ALL = '';
const NUMERIC = /\d[./-] ?\d{1,2}[./-]/;

/**
 * The order that is evident from the rows at the beginning of a file: a column is written in one, which any value tells
 * that has but one meaning. A program writes all columns alike, so those in which each has two are of the same order.
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

/** The order of a column, by its name as it is compared. What the owner of the file says counts before what is evident. */
export const orderOfColumn = (said: DateOrder | undefined, evident: DateOrders = []) => {
  const known = new Map(evident);
  return (name: string): DateOrder | undefined => said ?? known.get(name) ?? known.get(ALL);
};
