import * as v from 'valibot';
import { ApiError } from '../../../../platform/errors.ts';
import { productFields, variantFields } from '../../../catalog/records/fields.ts';
import { defineTopic } from '../../source/define-topic.ts';
import { Amount, Id, optionalAmount, optionalText, optionalTime } from '../../source/fields.ts';
import type { HookProduct, Topic } from '../../source/source.ts';

const Image = v.object({ src: productFields.image });

const Variant = v.object({
  id: Id,
  title: optionalText,
  price: Amount,
  sku: v.nullish(variantFields.sku),
  inventory_quantity: optionalAmount,
  /** `deny`: it is not sold beyond the stock. */
  inventory_policy: optionalText,
});

const Product = v.object({
  id: Id,
  title: productFields.title,
  body_html: v.nullish(productFields.description),
  handle: v.pipe(v.string(), v.nonEmpty()),
  status: optionalText,
  published_at: optionalTime,
  updated_at: optionalTime,
  vendor: optionalText,
  product_type: optionalText,
  tags: optionalText,
  image: v.nullish(Image),
  images: v.nullish(v.array(Image)),
  variants: v.nullish(v.array(Variant)),
});
type Product = v.InferOutput<typeof Product>;

/** Shopify gives the only variant of a product this title. */
const NO_TITLE = 'Default Title';
/** A payload with as many variants can be cut. */
const MAX_VARIANTS = 100;

const productOf = (product: Product, shop: string): HookProduct => {
  const { id, title, handle, status, published_at, updated_at, vendor, product_type, tags } = product;
  const variants = product.variants ?? [];
  const own = {
    description: product.body_html ?? '',
    url: `https://${shop}/products/${encodeURIComponent(handle)}`,
    image: product.image?.src ?? null,
    published: (status ?? 'active') === 'active' && published_at instanceof Date,
  };
  const metadata = {
    ...(vendor !== undefined && { vendor }),
    ...(product_type !== undefined && { product_type }),
    ...(tags !== undefined && { tags }),
  };
  const [first] = variants;
  const item = {
    ...own,
    id,
    title,
    metadata,
    price: first ? Math.min(...variants.map(({ price }) => price)) : null,
    images: product.images?.map(({ src }) => src) ?? null,
  };
  return {
    id,
    at: updated_at ?? undefined,
    item,
    hasAllVariants: variants.length < MAX_VARIANTS,
    variants: variants.map((variant) => ({
      ...own,
      id: variant.id,
      item: id,
      title: variant.title === undefined || variant.title === NO_TITLE ? title : `${title}, ${variant.title}`,
      url: `${own.url}?variant=${variant.id}`,
      price: variant.price,
      sku: variant.sku ?? '',
      // Absent where the shop counts no stock.
      quantity: variant.inventory_quantity ?? 1,
      policy: variant.inventory_policy === 'deny' ? 1 : 0,
    })),
  };
};

/** The link of a product has the domain of its shop, which only the delivery names. */
export const productTopic: Topic = defineTopic(Product, (product, { delivery: { shop } }) => {
  if (shop === undefined)
    throw new ApiError('invalid', {
      detail: 'The delivery has no `X-Shopify-Shop-Domain`, so the product has no link.',
    });
  return { products: [productOf(product, shop)] };
});

export const deletedProductTopic: Topic = defineTopic(v.object({ id: Id }), ({ id }) => ({
  products: [{ id, isDeleted: true }],
}));
