import * as v from 'valibot';
import { ExternalId, productFields, variantFields } from '../../catalog/records/fields.ts';
import { categoriesIn, imagesIn, policyOf, priceOf, publishedOf, quantityOf } from '../../catalog/text/parse-values.ts';
import type { ItemDraft, VariantDraft } from '../../catalog/write/draft.ts';
import { cellReader } from '../cells/column-type.ts';
import type { DateOrders } from '../columns/date-order.ts';
import { columnNameOf, comparable } from '../columns/headers.ts';
import { type Mapping, typesIn } from '../columns/mapping.ts';
import { isProductField, type ProductField, productColumns } from '../columns/product-columns.ts';
import { propertyColumns } from '../columns/property-columns.ts';
import { plainDigits, withoutFirstGuard } from '../csv/formulas.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import type { RowCode } from '../outcomes/row-codes.ts';
import type { ParsedRow } from './parsed-row.ts';
import type { Row } from './row.ts';

export interface ProductRow extends ParsedRow {
  /** Absent if the row is a variant of an item that other rows describe. */
  readonly item?: ItemDraft;
  /** Absent if the row has no stock, and names no item that it is a variant of. */
  readonly variant?: VariantDraft;
  /** The header of the column that a field of a draft is read from. */
  readonly columnOf: (field: string) => string | undefined;
}

interface Options {
  readonly mapping: Mapping;
  readonly dates?: DateOrders | undefined;
}

type Report = (field: ProductField, message: string, code?: RowCode) => undefined;

/** Nobody: products have no person. */
const input = { identifiers: {}, fields: {} };

/** Reads rows of a catalog. A blank cell changes nothing. */
export const productRowReader = (
  headers: readonly string[],
  { mapping, dates }: Options,
): ((rows: readonly Pick<Row, 'cells'>[]) => ProductRow) => {
  const all = productColumns(headers);
  const columns = new Map([...all].flatMap(([field, [column]]) => (column === undefined ? [] : [[field, column]])));
  const readField = fieldReader(headers, columns, mapping);
  const known = new Set([...all.values()].flat());
  const others = headers.flatMap((header, column) => {
    const name = columnNameOf(header);
    return name === '' || known.has(column) ? [] : [{ column, name }];
  });
  const readMetadata = propertyColumns(others, { headers, mapping, dates });
  const headerOf = (field: ProductField): string | undefined => headers[columns.get(field) ?? -1];
  const columnOf = (field: string): string | undefined => headerOf(isProductField(field) ? field : 'id');

  return ([row]) => {
    const textOf = (column: number): string => withoutFirstGuard(row?.cells[column] ?? '').trim();
    const { properties, problems: further } = readMetadata(textOf);
    const problems: RowProblem[] = [...further];
    const report: Report = (field, message, code = 'invalid_product') => {
      problems.push({ column: headerOf(field), code, message });
      return undefined;
    };
    const product = productIn((field) => readField(field, textOf, report), report);
    const metadata = v.safeParse(productFields.metadata, properties);
    for (const { message, path } of metadata.issues ?? [])
      problems.push({ column: String(path?.[0]?.key ?? ''), code: 'invalid_property', message });
    const addedMetadata = Object.keys(properties).length > 0 ? properties : undefined;
    const values = { ...product.shared, ...(addedMetadata && { addedMetadata }) };
    return { input, doubts: [], problems, columnOf, ...draftsOf({ ...product, shared: values }) };
  };
};

/** Reads a cell by the type that the mapping gives its column, or as text. */
const fieldReader = (headers: readonly string[], columns: ReadonlyMap<ProductField, number>, mapping: Mapping) => {
  const types = typesIn(mapping);
  const typed = new Map(
    [...columns].flatMap(([field, column]) => {
      const type = types.get(comparable(headers[column] ?? ''));
      return type === undefined ? [] : [[field, cellReader(type)] as const];
    }),
  );
  return (field: ProductField, textOf: (column: number) => string, report: Report): unknown => {
    const column = columns.get(field);
    const text = column === undefined ? '' : textOf(column);
    if (text === '') return undefined;
    const reading = typed.get(field)?.(text) ?? { value: text };
    return 'value' in reading ? reading.value : report(field, reading.message, reading.code ?? 'invalid_type');
  };
};

type Product = ReturnType<typeof productIn>;

/** The values of a row, each checked as those of a request are. */
const productIn = (read: (field: ProductField) => unknown, report: Report) => {
  const check = <Value>(field: ProductField, schema: v.GenericSchema<unknown, Value>, value: unknown) => {
    if (value === undefined) return undefined;
    const parsed = v.safeParse(schema, value);
    return parsed.success ? parsed.output : report(field, parsed.issues[0].message);
  };
  const found = <Value>(field: ProductField, result: { readonly value: Value } | Problem | undefined) =>
    result && ('problem' in result ? report(field, result.problem) : result.value);
  const text = (field: ProductField): string | undefined => {
    const value = read(field);
    return value === undefined ? undefined : plainDigits(String(value));
  };
  const named = text('id');
  if (named === undefined) report('id', 'The row names no product.', 'missing_identifier');
  const id = check('id', ExternalId, named) ?? '';
  const price = priceOf(read('price'));
  if (price && 'problem' in price) report('price', price.problem);
  const priced = price && 'amount' in price ? price : undefined;
  const images = imagesIn(read('images'));
  const categories = categoriesIn(read('categories'));
  return {
    id,
    item: check('item', ExternalId, text('item')),
    categories: categories.length > 0 ? check('categories', v.array(ExternalId), [...categories]) : undefined,
    shared: {
      title: check('title', productFields.title, text('title')),
      description: check('description', productFields.description, text('description')),
      url: check('url', productFields.url, text('url')),
      image: check('image', productFields.image, text('image')),
      thumbnail: check('thumbnail', productFields.thumbnail, text('thumbnail')),
      images: images.length > 0 ? check('images', productFields.images, [...images]) : undefined,
      price: check('price', productFields.price, priced?.amount),
      currency: check('currency', productFields.currency, text('currency')?.toUpperCase() ?? priced?.currency),
      published: found('published', publishedOf(read('published'))),
    },
    stock: {
      sku: check('sku', variantFields.sku, text('sku')),
      quantity: check(
        'quantity',
        variantFields.quantity,
        found('quantity', quantityOf(read('quantity'), read('availability'))),
      ),
      policy: found('policy', policyOf(read('policy'))),
    },
  };
};

interface Problem {
  readonly problem: string;
}

/** A row is a variant of the item that it names, else an item, with a variant of the same id if it has a stock. */
const draftsOf = ({ id, item, categories, shared, stock }: Product): Pick<ProductRow, 'item' | 'variant'> => {
  const product = { id, ...defined(shared) };
  const own = defined(stock);
  if (item !== undefined) return { variant: { ...product, ...own, item } };
  return {
    item: { ...product, ...(categories && { categories }) },
    ...(Object.keys(own).length > 0 && { variant: { ...product, ...own, item: id } }),
  };
};

const defined = <Values extends object>(values: Values): Partial<Values> => {
  const result: Partial<Values> = {};
  for (const name in values) if (values[name] !== undefined) result[name] = values[name];
  return result;
};
