import type { CatalogVariant } from '../catalog/records/records.ts';

/** Whether people can buy a variant. */
export const isAvailable = ({ quantity, published }: Pick<CatalogVariant, 'quantity' | 'published'>): boolean =>
  published && quantity > 0;
