import type { CatalogItem } from '../records/records.ts';
import type { DraftProblem, ItemDraft } from './draft.ts';

const productContent = [
  'title',
  'description',
  'url',
  'price',
  'currency',
  'image',
  'thumbnail',
  'images',
  'metadata',
  'published',
] as const;

export const itemContent = [...productContent, 'categories'] as const;
export const variantContent = [...productContent, 'sku', 'quantity', 'policy'] as const;

type ProductContent = Pick<CatalogItem, (typeof productContent)[number]>;

/** The values that a draft sets, with those that it leaves as they are. */
export const productValues = (
  draft: ItemDraft,
  {
    title,
    description,
    url,
    published = true,
    ...before
  }: Pick<ProductContent, 'title' | 'description' | 'url'> & Partial<ProductContent>,
) => ({
  title: draft.title ?? title,
  description: draft.description ?? description,
  url: draft.url ?? url,
  published: draft.published ?? published,
  price: valueAfter(draft.price, before.price),
  currency: valueAfter(draft.currency, before.currency),
  image: valueAfter(draft.image, before.image),
  thumbnail: valueAfter(draft.thumbnail, before.thumbnail),
  images: valueAfter(draft.images && [...draft.images], before.images),
  metadata: draft.addedMetadata
    ? { ...valueAfter(draft.metadata, before.metadata), ...draft.addedMetadata }
    : valueAfter(draft.metadata, before.metadata),
});

/** `null` removes a value. */
const valueAfter = <T>(sent: T | null | undefined, before: T | undefined): T | undefined =>
  sent === undefined ? before : (sent ?? undefined);

/** A problem for each of these fields that a new object needs and the draft lacks. */
export const missingFields = <Draft>(draft: Draft, fields: readonly (keyof Draft & string)[]): DraftProblem[] =>
  fields
    .filter((field) => draft[field] === undefined || draft[field] === null)
    .map((field) => ({ code: 'invalid', field, detail: `\`${field}\` is missing.` }));
