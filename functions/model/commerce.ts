import type { Properties } from './properties.ts';

/** One product of an order, in the words that segments and product feeds know. */
export interface Item extends Readonly<Record<string, unknown>> {
  readonly ProductName?: string;
  readonly Brand?: string;
  readonly Categories?: readonly string[];
  readonly Quantity?: number;
  readonly ItemPrice?: number;
  readonly RowTotal?: number;
}

/** What the items of an order have in common, as lists that segments can ask for. */
export const orderProperties = (orderId: string | undefined, items: readonly Item[]): Properties => {
  const lists = {
    Items: items,
    ItemNames: unique(items.map(({ ProductName }) => ProductName)),
    Categories: unique(items.flatMap(({ Categories = [] }) => Categories)),
    Brands: unique(items.map(({ Brand }) => Brand)),
  };
  return {
    ...(orderId !== undefined && { OrderId: orderId }),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  };
};

/** A sum of money without the error of its doubles: 3 × 1.1 is 3.3. */
export const roundedAmount = (amount: number): number => Math.round(amount * 1e6) / 1e6;

const unique = (texts: readonly (string | undefined)[]): string[] => [
  ...new Set(texts.filter((text) => text !== undefined)),
];
