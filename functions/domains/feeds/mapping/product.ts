import * as v from 'valibot';
import {
  categoriesIn,
  imagesIn,
  isLink,
  policyOf,
  priceOf,
  publishedOf,
  quantityOf,
} from '../../catalog/text/parse-values.ts';
import { textsIn, valueAt } from '../../catalog/text/values.ts';
import type { FeedFormat } from '../content/format.ts';
import type { ReadRow } from '../rows/row.ts';
import { defaultMembers, type FeedField, type FeedMapping } from './fields.ts';

/** A row of a feed in the words of the catalog. */
export const FeedProduct = v.object({
  id: v.string(),
  /** The item that this row is a variant of. */
  group: v.exactOptional(v.string()),
  title: v.string(),
  description: v.string(),
  url: v.string(),
  image: v.exactOptional(v.string()),
  images: v.pipe(v.array(v.string()), v.readonly()),
  price: v.exactOptional(v.number()),
  currency: v.exactOptional(v.string()),
  categories: v.pipe(v.array(v.string()), v.readonly()),
  quantity: v.exactOptional(v.number()),
  policy: v.exactOptional(v.picklist([0, 1, 2])),
  sku: v.exactOptional(v.string()),
  published: v.boolean(),
});
export type FeedProduct = v.InferOutput<typeof FeedProduct>;

export interface ProductProblem {
  readonly field: FeedField;
  /** What is wrong, and what to do. */
  readonly message: string;
}

type Mapped = { readonly product: FeedProduct } | { readonly problems: readonly ProductProblem[] };

const MAX_ID = 200;
const MAX_TITLE = 500;
const MAX_DESCRIPTION = 50_000;
const MAX_URL = 2_048;
const MAX_IMAGES = 20;
const MAX_CATEGORIES = 100;
const MAX_CATEGORY = 255;

/** Reads a product by the mapping of its feed. Returns all problems at once. */
export const productOf = (
  { fields }: Pick<ReadRow, 'fields'>,
  { format, mapping = {} }: { readonly format: FeedFormat; readonly mapping?: FeedMapping | undefined },
): Mapped => {
  const problems: ProductProblem[] = [];
  const report = (field: FeedField, message: string): undefined => {
    problems.push({ field, message });
    return undefined;
  };
  const { valueOfField, text, required, link } = fieldReader(fields, { format, mapping }, report);
  const id = required('id', MAX_ID);
  const title = required('title', MAX_TITLE);
  const description = text('description', MAX_DESCRIPTION) ?? '';
  const url = link('link', required('link', MAX_URL) || undefined) ?? '';
  const image = link('image_link', text('image_link', MAX_URL));
  const images = imagesIn(valueOfField('additional_image_links')).slice(0, MAX_IMAGES);
  for (const one of images) link('additional_image_links', one);
  const price = orReport('price', priceOf(valueOfField('price')), report);
  const quantity = orReport(
    'inventory_quantity',
    quantityOf(valueOfField('inventory_quantity'), valueOfField('availability')),
    report,
  );
  const policy = orReport('inventory_policy', policyOf(valueOfField('inventory_policy')), report);
  const published = orReport('published', publishedOf(valueOfField('published')), report);
  const categories = categoriesIn(valueOfField('categories'));
  if (categories.length > MAX_CATEGORIES)
    report('categories', `It has ${categories.length} categories; at most ${MAX_CATEGORIES} are allowed.`);
  if (categories.some((name) => name.length > MAX_CATEGORY))
    report('categories', `A category has more than ${MAX_CATEGORY} characters.`);
  const group = text('item_group_id', MAX_ID);
  const sku = text('sku', MAX_ID);
  if (problems.length > 0) return { problems };
  return {
    product: {
      id,
      ...(group !== undefined && { group }),
      title,
      description,
      url,
      ...(image !== undefined && { image }),
      images,
      ...(price && { price: price.amount, ...(price.currency !== undefined && { currency: price.currency }) }),
      categories,
      ...(quantity && { quantity: quantity.value }),
      ...(policy && { policy: policy.value }),
      ...(sku !== undefined && { sku }),
      published: published?.value ?? true,
    },
  };
};

/** Which product a row is about, as far as that can be read from it. */
export const identityOf = (
  { fields }: Pick<ReadRow, 'fields'>,
  by: ReadBy,
): { readonly id: string; readonly item: string } | undefined => {
  const { text } = fieldReader(fields, by, () => undefined);
  const id = text('id', MAX_ID);
  return id === undefined ? undefined : { id, item: text('item_group_id', MAX_ID) ?? id };
};

/** Reports a problem of a field. */
type Report = (field: FeedField, message: string) => undefined;

interface ReadBy {
  readonly format: FeedFormat;
  readonly mapping: FeedMapping;
}

const fieldReader = (fields: ReadRow['fields'], { format, mapping }: ReadBy, report: Report) => {
  const valueOfField = (field: FeedField): unknown => {
    const mapped = mapping[field];
    if (mapped === null) return undefined;
    if (mapped !== undefined) return valueAt(fields, mapped);
    const member = defaultMembers[format][field].find((name) => textsIn(valueAt(fields, name)).length > 0);
    return member === undefined ? undefined : valueAt(fields, member);
  };
  const text = (field: FeedField, max: number): string | undefined => {
    const [found] = textsIn(valueOfField(field));
    if (found === undefined || found.length <= max) return found;
    return report(field, `It has ${found.length} characters; at most ${max} are allowed.`);
  };
  const required = (field: FeedField, max: number): string => {
    const found = text(field, max);
    if (textsIn(valueOfField(field)).length === 0)
      report(field, `It is missing. ${mappedFrom(mapping[field], defaultMembers[format][field])}`);
    return found ?? '';
  };
  const link = (field: FeedField, value: string | undefined): string | undefined =>
    value === undefined || isLink(value)
      ? value
      : report(field, `'${value.slice(0, 100)}' is no link such as https://shop.example/p/1.`);
  return { valueOfField, text, required, link };
};

const orReport = <Found extends object>(
  field: FeedField,
  found: Found | { readonly problem: string } | undefined,
  report: Report,
): Exclude<Found, { readonly problem: string }> | undefined =>
  found === undefined
    ? undefined
    : isProblem(found)
      ? report(field, found.problem)
      : (found as Exclude<Found, { readonly problem: string }>);

const isProblem = (found: object): found is { readonly problem: string } => 'problem' in found;

const mappedFrom = (mapped: string | null | undefined, members: readonly string[]): string =>
  mapped === undefined
    ? `Add one of ${members.map((name) => `'${name}'`).join(', ')} to the feed, or map another member.`
    : `The feed's mapping reads it from '${mapped}'.`;
