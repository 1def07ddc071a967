import * as v from 'valibot';
import { productFields, variantFields } from '../../../catalog/records/fields.ts';
import { defineTopic } from '../../source/define-topic.ts';
import { Id, optionalAmount, optionalId, optionalText } from '../../source/fields.ts';
import type { HookProduct, Topic } from '../../source/source.ts';
import { optionalUtc } from './payloads.ts';

const image = v.nullish(v.object({ src: v.nullish(productFields.image) }));

const Product = v.object({
  id: Id,
  parent_id: optionalId,
  type: optionalText,
  name: productFields.title,
  permalink: productFields.url,
  status: optionalText,
  catalog_visibility: optionalText,
  description: v.nullish(productFields.description),
  short_description: v.nullish(productFields.description),
  sku: v.nullish(variantFields.sku),
  price: optionalText,
  stock_status: optionalText,
  stock_quantity: optionalAmount,
  date_modified_gmt: optionalUtc,
  categories: v.nullish(v.array(v.object({ id: Id, name: v.nullish(productFields.title) })), []),
  images: v.nullish(v.array(v.object({ src: productFields.image })), []),
  /** Of a variation. */
  image,
});
type Product = v.InferOutput<typeof Product>;

/** A shop that counts no stock says only whether there is any. */
const quantityOf = ({ stock_quantity, stock_status }: Product): number =>
  stock_quantity ?? (stock_status === 'outofstock' ? 0 : 1);

/** An empty price means that there is none. */
const priceOf = ({ price }: Product): number | undefined => {
  const amount = price === undefined ? Number.NaN : Number(price);
  return Number.isFinite(amount) && amount >= 0 ? amount : undefined;
};

const productOf = (product: Product, idPrefix: string): HookProduct => {
  const { type, parent_id, name, permalink, images, categories } = product;
  const id = `${idPrefix}${product.id}`;
  const price = priceOf(product);
  const own = {
    id,
    title: name,
    description: product.description || product.short_description || '',
    url: permalink,
    image: product.image?.src ?? images?.[0]?.src ?? null,
    published: (product.status ?? 'publish') === 'publish' && product.catalog_visibility !== 'hidden',
  };
  const stock = { ...own, price: price ?? 0, sku: product.sku ?? '', quantity: quantityOf(product) };
  const base = { id, at: product.date_modified_gmt };
  if (type === 'variation') return { ...base, variants: [{ ...stock, item: `${idPrefix}${parent_id ?? ''}` }] };
  const named = (categories ?? []).flatMap((one) => (one.name ? [{ id: `${idPrefix}${one.id}`, name: one.name }] : []));
  const item = {
    ...own,
    price: price ?? null,
    images: images?.map(({ src }) => src) ?? null,
    categories: named.map((category) => category.id),
  };
  // The variations of a variable product have deliveries of their own.
  return { ...base, item, categories: named, variants: type === 'variable' ? [] : [{ ...stock, item: id }] };
};

export const productTopic: Topic = defineTopic(Product, (product, { idPrefix }) => ({
  products: [productOf(product, idPrefix)],
}));

/** Says only the id. */
export const deletedProductTopic: Topic = defineTopic(v.object({ id: Id }), ({ id }, { idPrefix }) => ({
  products: [{ id: `${idPrefix}${id}`, isDeleted: true }],
}));
