import type { FeedFormat } from '../content/format.ts';

/** What a product of a feed can have. */
export const feedFields = [
  'id',
  'title',
  'description',
  'link',
  'image_link',
  'additional_image_links',
  'price',
  'categories',
  'inventory_quantity',
  'inventory_policy',
  'availability',
  'item_group_id',
  'sku',
  'published',
] as const;
export type FeedField = (typeof feedFields)[number];

/**
 * Which member of the feed a field is read from. A dot leads into an object: `pricing.amount`. Null: the field is not
 * read. Fields without an entry have the members of their format.
 */
export type FeedMapping = Readonly<Partial<Record<FeedField, string | null | undefined>>>;

type Members = Readonly<Record<FeedField, readonly string[]>>;

const named: Members = {
  id: ['$id', 'id', 'external_id', 'product_id'],
  title: ['$title', 'title', 'name'],
  description: ['$description', 'description'],
  link: ['$link', 'link', 'url'],
  image_link: ['$image_link', 'image_link', 'image_url', 'image'],
  additional_image_links: ['additional_image_link', 'additional_image_links', 'images'],
  price: ['$price', 'price'],
  categories: ['$categories', 'categories', 'product_type'],
  inventory_quantity: ['$inventory_quantity', 'inventory_quantity', 'quantity'],
  inventory_policy: ['$inventory_policy', 'inventory_policy'],
  availability: ['availability'],
  item_group_id: ['item_group_id'],
  sku: ['sku'],
  published: ['published'],
};

/** Google's names in XML have its prefix, except for those that RSS and Atom have too. */
const withGoogle = (members: Members): Members => {
  const entries = Object.entries(members).map(([field, names]) => [
    field,
    [...names.map((name) => `g:${name}`).filter((name) => !name.includes('$')), ...names],
  ]);
  return { ...members, ...Object.fromEntries(entries) };
};

/** The members that are read without a mapping, the first that a product has. */
export const defaultMembers: Readonly<Record<FeedFormat, Members>> = {
  json: named,
  csv: named,
  xml: withGoogle(named),
};
