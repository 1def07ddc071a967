import type { Properties } from '../../model/properties.ts';
import type { CatalogVariant } from '../catalog/records/records.ts';
import { DEFAULT_SERVICE } from '../events/records/metric.ts';
import type { StockChannel, StockSubscription } from './records/subscription.ts';

/** Klaviyo's name of what a person does. */
export const SUBSCRIBED = { name: 'Subscribed to Back in Stock', service: DEFAULT_SERVICE } as const;
export const BACK_IN_STOCK = { name: 'Back in Stock', service: DEFAULT_SERVICE } as const;

/** The properties of both events, with the names that Klaviyo's product events have. */
export const propertiesOf = (
  { id, item, title, url, sku, price, currency, image }: CatalogVariant,
  channels: readonly StockChannel[],
): Properties => ({
  ProductID: item,
  VariantID: id,
  ProductName: title,
  SKU: sku,
  URL: url,
  ...(image !== undefined && { ImageURL: image }),
  ...(price !== undefined && { Price: price }),
  ...(currency !== undefined && { Currency: currency }),
  Channels: [...channels],
});

export const uniqueIdOf = ({ id }: Pick<StockSubscription, 'id'>): string => `back-in-stock:${id}`;
