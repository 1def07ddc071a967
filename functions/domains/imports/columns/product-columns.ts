import { columnsBy } from './headers.ts';

/** What a row can tell of an item or a variant, with the names of its columns in order of preference. */
const names = {
  id: ['$id', 'id', 'external id', 'product id', 'variant id'],
  item: ['item group id', 'item id', 'catalog item id'],
  title: ['$title', 'title', 'name'],
  description: ['$description', 'description'],
  url: ['$link', 'link', 'url'],
  image: ['$image link', 'image link', 'image full url', 'image url', 'image'],
  thumbnail: ['image thumbnail url'],
  images: ['additional image link', 'additional image links', 'images'],
  price: ['$price', 'price'],
  currency: ['currency'],
  categories: ['$categories', 'categories', 'product type'],
  quantity: ['$inventory quantity', 'inventory quantity', 'quantity'],
  policy: ['$inventory policy', 'inventory policy'],
  availability: ['availability'],
  sku: ['sku'],
  published: ['published'],
} as const;

export type ProductField = keyof typeof names;

/** Whether a field of a draft is read from a column of its own name. */
export const isProductField = (field: string): field is ProductField => Object.hasOwn(names, field);

/** The columns of each field. The first one is read. */
export const productColumns = (headers: readonly string[]): ReadonlyMap<ProductField, readonly number[]> => {
  const columnsOf = columnsBy(headers);
  const all = (Object.keys(names) as ProductField[]).map((field) => [field, columnsOf(...names[field])] as const);
  return new Map(all.filter(([, columns]) => columns.length > 0));
};
