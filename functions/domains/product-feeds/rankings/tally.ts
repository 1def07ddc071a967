import type { Services } from '../../../platform/resources/services.ts';
import { readAll } from '../../../platform/table/listing/read-all.ts';
import { ID_LENGTH, unpackLines } from './mentions.ts';
import { type ProductPart, partsPk, productParts } from './parts.ts';
import { PLACED_ORDER, VIEWED_PRODUCT } from './product-events.ts';
import type { RankedBy } from './totals.ts';

type Deps = Pick<Services, 'table'> & { readonly account: string };

/** How many events name each product. */
export type Tally = ReadonlyMap<string, number>;

const PAGE = 100;

/** Adds up the parts of a day. Memory holds the ids of the events of one hour, and a number for each product. */
export const tallyDay = async (day: string, context: Deps): Promise<Readonly<Record<RankedBy, Tally>>> => {
  const views = new Map<string, number>();
  const placed = new Map<string, number>();
  const ordered = new Map<string, number>();
  let hour = openHour();
  const close = (): void => {
    for (const [metricName, product, count] of hour.counts()) {
      const totals = metricName === VIEWED_PRODUCT ? views : metricName === PLACED_ORDER ? placed : ordered;
      totals.set(product, (totals.get(product) ?? 0) + count);
    }
  };
  let current = '';
  for await (const part of readParts(day, context)) {
    if (part.hour !== current) {
      close();
      hour = openHour();
      current = part.hour;
    }
    hour.add(part);
  }
  close();
  return { views, orders: larger(placed, ordered) };
};

/** Many shops send each order as a whole and each of its products too: adding both would count these shops twice. */
const larger = (placed: Tally, ordered: Tally): Tally =>
  new Map(
    [...new Set([...placed.keys(), ...ordered.keys()])].map((product) => [
      product,
      Math.max(placed.get(product) ?? 0, ordered.get(product) ?? 0),
    ]),
  );

/** An event that was delivered twice was received in one hour: its ids need not be kept for longer. */
const openHour = () => {
  const metrics = new Map<string, Map<string, string>>();
  return {
    add: ({ products }: ProductPart): void => {
      for (const { metricName, product, ids } of unpackLines(products)) {
        const of = metrics.get(metricName) ?? new Map<string, string>();
        metrics.set(metricName, of);
        of.set(product, (of.get(product) ?? '') + ids);
      }
    },
    *counts(): Generator<readonly [metricName: string, product: string, count: number]> {
      for (const [metricName, products] of metrics)
        for (const [product, ids] of products) yield [metricName, product, countIds(ids)];
    },
  };
};

const countIds = (ids: string): number => {
  const distinct = new Set<string>();
  for (let i = 0; i < ids.length; i += ID_LENGTH) distinct.add(ids.slice(i, i + ID_LENGTH));
  return distinct.size;
};

const readParts = (day: string, { account, table }: Deps): AsyncGenerator<ProductPart> =>
  readAll(table, productParts, { pk: partsPk(account, day), limit: PAGE });
