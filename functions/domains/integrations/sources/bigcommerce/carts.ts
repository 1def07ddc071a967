import { type Item, orderProperties } from '../../../../model/commerce.ts';
import { present } from '../../source/fields.ts';
import type { HookEvent } from '../../source/source.ts';
import type { Cart, CartItem } from './payloads.ts';
import { shopperOf } from './people.ts';

const itemOf = (item: CartItem): Item =>
  present({
    ProductID: item.product_id,
    VariantID: item.variant_id,
    SKU: item.sku,
    ProductName: item.name,
    Quantity: item.quantity,
    ItemPrice: item.sale_price,
    RowTotal: item.extended_sale_price,
    ImageURL: item.image_url,
    URL: item.url,
  });

/** One event for each thing that was added, or one for an abandoned cart. Most carts have no customer yet. */
export const cartEvents = (cart: Cart, metric: 'Added to Cart' | 'Abandoned Cart'): HookEvent[] => {
  const items = [...cart.line_items.physical_items, ...cart.line_items.digital_items];
  const common = {
    metric,
    person: shopperOf(cart),
    mayBeAnonymous: true,
    ...(cart.updated_time && { time: cart.updated_time }),
    isTimeApproximate: true,
    ...(cart.currency?.code && { currency: cart.currency.code }),
  };
  if (metric === 'Abandoned Cart') {
    const { Items, ItemNames } = orderProperties(undefined, items.map(itemOf));
    return [
      {
        ...common,
        id: cart.id,
        properties: present({ CartId: cart.id, Items, ItemNames }),
        ...(typeof cart.cart_amount === 'number' && { value: cart.cart_amount }),
      },
    ];
  }
  return items.map((item) => ({
    ...common,
    id: `${cart.id}:${item.id}`,
    properties: { CartId: cart.id, ...itemOf(item) },
    ...(typeof item.extended_sale_price === 'number' && { value: item.extended_sale_price }),
  }));
};
