import { columnNameOf, comparable } from '../columns/headers.ts';
import type { Mapping } from '../columns/mapping.ts';

/** Where an order export keeps what. Names are as `comparable` writes them. */
export interface Orders {
  readonly id: readonly string[];
  readonly total: readonly string[];
  /** What the lines of one order share. */
  readonly group: readonly string[];
  /** Columns of line items, with the property that each is in an item. */
  readonly items: ReadonlyMap<number, string>;
  /** Recognised as the export of a shop, where orders are placed. */
  readonly isKnown?: boolean;
}

/** The same for a file whose mapping says which lines belong together. */
export const groupedBy = (headers: readonly string[], { group_by: group, items = [] }: Mapping): Orders | undefined => {
  if (group === undefined) return undefined;
  const names = new Set(items.map(comparable));
  const columns = headers.flatMap((header, column): [number, string][] =>
    names.has(comparable(header)) ? [[column, columnNameOf(header)]] : [],
  );
  return { id: [comparable(group)], total: [], group: [comparable(group)], items: new Map(columns) };
};

/** What the events of shop integrations call these. */
const itemNames: ReadonlyMap<string, string> = new Map([
  ['lineitem name', 'ProductName'],
  ['lineitem sku', 'SKU'],
  ['lineitem quantity', 'Quantity'],
  ['lineitem price', 'ItemPrice'],
  ['item name', 'ProductName'],
  ['sku', 'SKU'],
  ['quantity (- refund)', 'Quantity'],
  ['quantity', 'Quantity'],
  ['item cost', 'ItemPrice'],
]);

/** Recognises the order exports of Shopify and of WooCommerce's two usual exporters by their own headers. */
export const ordersIn = (headers: readonly string[]): Orders | undefined => {
  const names = headers.map(comparable);
  const has = (...all: readonly string[]) => all.every((name) => names.includes(name));
  if (has('name', 'created at', 'lineitem name')) {
    return {
      id: ['id', 'name'],
      total: ['total'],
      group: ['name'],
      items: itemColumns(headers, /^lineitem /),
      isKnown: true,
    };
  }
  // Advanced Order Export for WooCommerce: a line for each item, each with all of the order.
  if (has('order number', 'order date', 'email (billing)')) {
    return {
      id: ['order id', 'order number'],
      total: ['order total amount', 'order total'],
      group: ['order number'],
      items: itemColumns(headers, /^(item |sku$|quantity)/),
      isKnown: true,
    };
  }
  // WebToffee's exporter: one line an order, its items in columns of their own.
  if (has('order date', 'order total') && (has('billing email') || has('customer email'))) {
    return {
      id: ['order id', 'order number'],
      total: ['order total'],
      group: ['order id'],
      items: new Map(),
      isKnown: true,
    };
  }
  return undefined;
};

const itemColumns = (headers: readonly string[], pattern: RegExp): Map<number, string> =>
  new Map(
    headers.flatMap((header, column): [number, string][] => {
      const name = comparable(header);
      return pattern.test(name)
        ? [[column, itemNames.get(name) ?? columnNameOf(header).replace(/^Lineitem /i, '')]]
        : [];
    }),
  );
