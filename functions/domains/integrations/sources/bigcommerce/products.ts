import * as v from 'valibot';
import { CategoryName, productFields, variantFields } from '../../../catalog/records/fields.ts';
import { Id, optionalAmount, optionalText, optionalTime } from '../../source/fields.ts';
import type { HookProduct } from '../../source/source.ts';

const Variant = v.object({
  id: Id,
  sku: v.nullish(variantFields.sku),
  price: optionalAmount,
  inventory_level: optionalAmount,
  image_url: v.nullish(v.union([v.literal(''), productFields.image])),
  option_values: v.nullish(v.array(v.object({ label: v.string() })), []),
});

/** A product of the catalog. That of an order has other members. */
export const CatalogProduct = v.object({
  id: Id,
  name: productFields.title,
  description: v.nullish(productFields.description),
  is_visible: v.nullish(v.boolean()),
  price: optionalAmount,
  /** With the sale that there is now. */
  calculated_price: optionalAmount,
  /** `none`, `product` or `variant`. */
  inventory_tracking: optionalText,
  inventory_level: optionalAmount,
  date_modified: optionalTime,
  /** The ids of its categories. */
  categories: v.nullish(v.array(Id), []),
  custom_url: v.object({ url: v.pipe(v.string(), v.regex(/^\/(?!\/)/, 'A path in the shop, such as /green-tea/.')) }),
  images: v.nullish(v.array(v.object({ url_standard: productFields.image, is_thumbnail: v.nullish(v.boolean()) })), []),
  variants: v.nullish(v.array(Variant), []),
});
type CatalogProduct = v.InferOutput<typeof CatalogProduct>;

/** What a product does not say: the names of its categories. */
export const Category = v.object({ category_id: Id, name: CategoryName });

/** And where the shop is. */
export const Store = v.object({ secure_url: productFields.url });

/** More of them can come in several pages, of which only the first is read. */
const MAX_VARIANTS = 100;

const quantityOf = (
  { inventory_tracking, inventory_level }: CatalogProduct,
  variant: Pick<CatalogProduct, 'inventory_level'>,
): number => {
  if (inventory_tracking === 'product') return inventory_level ?? 0;
  if (inventory_tracking === 'variant') return variant.inventory_level ?? 0;
  // The shop counts no stock.
  return 1;
};

interface Whole {
  readonly product: CatalogProduct;
  readonly categories: readonly v.InferOutput<typeof Category>[];
  readonly store: v.InferOutput<typeof Store>;
}

export const productOf = ({ product, categories, store: { secure_url } }: Whole, idPrefix: string): HookProduct => {
  const { name, custom_url, images, variants } = product;
  const id = `${idPrefix}${product.id}`;
  const price = product.calculated_price ?? product.price ?? null;
  const first = images?.find(({ is_thumbnail }) => is_thumbnail) ?? images?.[0];
  const named = categories.map((one) => ({ id: `${idPrefix}${one.category_id}`, name: one.name }));
  const own = {
    description: product.description ?? '',
    url: new URL(custom_url.url, secure_url).href,
    image: first?.url_standard ?? null,
    published: product.is_visible ?? true,
  };
  return {
    id,
    at: product.date_modified ?? undefined,
    item: {
      ...own,
      id,
      title: name,
      price,
      images: images?.map(({ url_standard }) => url_standard) ?? null,
      categories: named.map((category) => category.id),
    },
    categories: named,
    hasAllVariants: (variants ?? []).length < MAX_VARIANTS,
    variants: (variants ?? []).map((variant) => ({
      ...own,
      id: `${idPrefix}${product.id}-${variant.id}`,
      item: id,
      title: [name, ...(variant.option_values ?? []).map(({ label }) => label)].join(', '),
      image: variant.image_url || own.image,
      price: variant.price ?? price,
      sku: variant.sku ?? '',
      quantity: quantityOf(product, variant),
    })),
  };
};
