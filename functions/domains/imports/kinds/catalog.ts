import type { Application, ParsedUnit } from '../apply/application.ts';
import type { ApplyResult } from '../apply/outcome.ts';
import type { Stored } from '../apply/products.ts';
import { productColumns } from '../columns/product-columns.ts';
import { typeErrors } from '../columns/type-errors.ts';
import { type ProductRow, productRowReader } from '../rows/product-row.ts';
import type { ApplyRows, ImportKind } from './kind.ts';
import { productChanges } from './product-changes.ts';

const NO_ID = 'No column identifies the product of a row. Name one id.';
const OF_PEOPLE = 'The rows of this file are products, which no person belongs to. Remove it.';
const OF_EVENTS = 'It applies to events, and the rows of this file are products. Remove it.';
const OF_WHOLE = 'It applies to whole files. Set "whole": true, or remove it.';

/** Files of the catalog: a row is an item, a variant, or both. */
export const catalog: ImportKind<ProductRow> = {
  unusedMembers: {
    consent: OF_PEOPLE,
    list: OF_PEOPLE,
    metric: OF_EVENTS,
    group_by: OF_EVENTS,
    items: OF_EVENTS,
  },
  // What is stored already is found by reading it.
  tracksRepeats: false,

  fields: (headers) => productColumns(headers),

  findUnused: (_, { whole, max_missing_percent: most }) =>
    most === undefined || whole ? [] : [{ at: ['max_missing_percent'], message: OF_WHOLE }],

  read(headers, { mapping, dates }) {
    const columns = productColumns(headers);
    const ids = (['id', 'item', 'sku'] as const).map((field) => [columns.get(field)?.[0], 'string'] as const);
    const errors = [
      ...(columns.has('id') ? [] : [{ at: [], message: NO_ID }]),
      ...typeErrors(headers, mapping, new Map(ids)),
    ];
    // The last row about a product wins.
    if (errors.length > 0) return { errors, isOrdered: true };
    return { errors, read: productRowReader(headers, { mapping, dates }), isOrdered: true };
  },

  describeChange: (_, { storesEvent }) => ({ isNew: storesEvent }),

  namesIn({ item, variant }) {
    const own = item ?? variant;
    // A row of an item alone may change the variant of its id.
    return own && own.id !== '' ? [`item ${item?.id ?? variant?.item}`, `variant ${own.id}`] : [];
  },

  changesIn: productChanges,
};

/** Applies rows of products, in the order of the file. */
export const applyCatalog: ApplyRows<ProductRow> = async (units, application, deps) => {
  // Loaded on demand: most imports have people.
  const { storeProducts } = await import('../apply/products.ts');
  const stored = await storeProducts(
    units.map(({ parsed }) => parsed),
    deps,
  );
  const first = firstOfEachId(units);
  await application.record(
    units.map((unit, i) => [unit, resultOf(unit.parsed, stored[i] ?? [], first.has(unit) ? application : {})] as const),
  );
};

/** Later rows of an id may repeat the first one. */
const firstOfEachId = (units: readonly ParsedUnit<ProductRow>[]): ReadonlySet<ParsedUnit<ProductRow>> => {
  const byId = new Map(units.toReversed().map((unit) => [`${unit.parsed.item?.id} ${unit.parsed.variant?.id}`, unit]));
  return new Set(byId.values());
};

const resultOf = (
  { columnOf }: ProductRow,
  stored: readonly Stored[],
  { repeatsSince }: Partial<Pick<Application, 'repeatsSince'>>,
): ApplyResult => {
  const problems = stored.flatMap((one) => (one.outcome === 'refused' ? one.problems : []));
  if (problems.length > 0)
    return {
      outcome: 'failed',
      problems: problems.map(({ field, code, detail }) => ({ column: columnOf(field), code, message: detail })),
    };
  const outcomes = stored.map((one) => outcomeOf(one, repeatsSince));
  if (outcomes.includes('created')) return { outcome: 'created' };
  return { outcome: outcomes.includes('updated') ? 'updated' : 'unchanged' };
};

/** A run that was killed may have stored it already. */
const outcomeOf = (stored: Stored, since: string | undefined) => {
  if (stored.outcome !== 'unchanged' || since === undefined || stored.value.updated < since) return stored.outcome;
  return stored.value.rev === 1 ? 'created' : 'updated';
};
