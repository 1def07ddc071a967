import { createHash } from 'node:crypto';
import type { FeedProduct } from '../mapping/product.ts';

/** An item of the catalog as a feed has it. */
export interface ItemUnit {
  readonly kind: 'item';
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly price?: number;
  readonly currency?: string;
  readonly image?: string;
  readonly images: readonly string[];
  /** By their names. */
  readonly categories: readonly string[];
  readonly published: boolean;
}

/** A variant of the catalog as a feed has it. */
export interface VariantUnit extends Omit<ItemUnit, 'kind' | 'categories'> {
  readonly kind: 'variant';
  readonly item: string;
  readonly sku: string;
  readonly quantity?: number;
  readonly policy?: 0 | 1 | 2;
}

export type Unit = ItemUnit | VariantUnit;

/** The item that a row belongs to. */
export const itemIdOf = ({ id, group }: Pick<FeedProduct, 'id' | 'group'>): string => group ?? id;

export const unitKey = ({ kind, id }: Pick<Unit, 'kind' | 'id'>): string => `${kind}/${id}`;

/** What decides whether a unit has changed. */
export const unitHash = (unit: Unit): string =>
  createHash('sha256').update(JSON.stringify(unit)).digest('base64url').slice(0, 16);

const itemUnit = (product: FeedProduct): ItemUnit => {
  const { title, description, url, price, currency, image, images, categories, published } = product;
  return {
    kind: 'item',
    id: itemIdOf(product),
    ...{ title, description, url, images, categories, published },
    ...(price !== undefined && { price }),
    ...(currency !== undefined && { currency }),
    ...(image !== undefined && { image }),
  };
};

/** The variant of a row: of a row with a group, or with a price and a stock or number of its own. */
const variantUnit = (product: FeedProduct): VariantUnit | undefined => {
  const { id, group, price, quantity, policy, sku } = product;
  const isStocked = price !== undefined && (quantity !== undefined || policy !== undefined || sku !== undefined);
  if (group === undefined && !isStocked) return undefined;
  const { categories: _, kind: __, ...shared } = itemUnit(product);
  return {
    ...shared,
    kind: 'variant',
    id,
    item: itemIdOf(product),
    sku: sku ?? id,
    ...(quantity !== undefined && { quantity }),
    ...(policy !== undefined && { policy }),
  };
};

/** The item of a row, which the first row of its group describes, and its variant. */
export const unitsOf = (product: FeedProduct): readonly Unit[] => {
  const variant = variantUnit(product);
  return [itemUnit(product), ...(variant ? [variant] : [])];
};
