import type { formatOf } from '../content/format.ts';
import { openFeed, type Reading } from '../rows/read.ts';
import type { FeedRow } from '../rows/row.ts';
import type { FeedMapping } from './fields.ts';
import { type FeedProduct, identityOf, productOf } from './product.ts';

export interface PlacedProduct {
  readonly row: number;
  readonly place: string;
  readonly product: FeedProduct;
}

interface FieldError {
  readonly row: number;
  readonly place: string;
  readonly id?: string;
  readonly field?: string;
  readonly message: string;
}

/** A row that is no product, and what is wrong with it. */
export interface FailedRow {
  readonly row: number;
  readonly place: string;
  readonly id?: string;
  /** The item it belongs to, if that can be read. */
  readonly item?: string;
  readonly errors: readonly FieldError[];
}

export interface ProductRows {
  readonly products: readonly PlacedProduct[];
  readonly failures: readonly FailedRow[];
}

/** Reads the products of a feed by its mapping. */
export async function* readProducts(
  source: AsyncIterable<Uint8Array>,
  { mapping = {}, ...reading }: Reading & { readonly mapping?: FeedMapping | undefined },
): AsyncGenerator<ProductRows> {
  const { format, rows } = await openFeed(source, reading);
  const by = { format, mapping };
  for await (const some of rows) {
    const read = some.map((row) => readRow(row, by));
    yield {
      products: read.flatMap((one) => ('product' in one ? [one] : [])),
      failures: read.flatMap((one) => ('errors' in one ? [one] : [])),
    };
  }
}

const readRow = (
  row: FeedRow,
  by: { readonly format: ReturnType<typeof formatOf>; readonly mapping: FeedMapping },
): PlacedProduct | FailedRow => {
  const placed = { row: row.row, place: row.place };
  if ('problem' in row) return { ...placed, errors: [{ ...placed, message: row.problem }] };
  const mapped = productOf(row, by);
  if ('product' in mapped) return { ...placed, product: mapped.product };
  const identity = identityOf(row, by);
  const named = { ...placed, ...(identity && { id: identity.id }) };
  return {
    ...named,
    ...(identity && { item: identity.item }),
    errors: mapped.problems.map(({ field, message }) => ({ ...named, field, message })),
  };
};
