import { type Item, orderProperties, roundedAmount } from '../../../model/commerce.ts';
import type { Properties } from '../../../model/properties.ts';
import { isRecord } from '../../../platform/json/is-record.ts';
import { numberIn } from '../../../platform/json/read-number.ts';

/** What an e-commerce event says of its items, order and value, in the words of segments and product feeds. */
export interface Commerce {
  readonly properties: Properties;
  readonly value?: number;
  readonly currency?: string;
}

/** The members of a product, by the names that clients use for each. */
const productMembers: Readonly<Record<string, readonly string[]>> = {
  ProductID: ['product_id', 'productId', 'id'],
  SKU: ['sku'],
  ProductName: ['name', 'product_name'],
  Brand: ['brand'],
  Variant: ['variant'],
  ProductURL: ['url', 'product_url'],
  ImageURL: ['image_url', 'imageUrl', 'image'],
};

/** Items beyond this stay in `products` only. */
const MAX_ITEMS = 1_000;

/** The metrics whose event is about one product. */
const PRODUCT_METRICS: ReadonlySet<string> = new Set(['Viewed Product', 'Added to Cart', 'Removed from Cart']);
/** The metrics whose event is about a cart or an order, with a list of products. */
const ORDER_METRICS: ReadonlySet<string> = new Set([
  'Placed Order',
  'Fulfilled Order',
  'Cancelled Order',
  'Refunded Order',
  'Started Checkout',
  'Viewed Cart',
]);
/** The metrics whose value is the price of their product. */
const VALUED_PRODUCT_METRICS: ReadonlySet<string> = new Set(['Added to Cart']);

/** Reads the e-commerce members of an event. Other metrics keep only their value. */
export const readCommerce = (metric: string, given: Properties): Commerce => {
  if (PRODUCT_METRICS.has(metric)) return productCommerce(metric, given);
  if (ORDER_METRICS.has(metric)) return orderCommerce(given);
  const search = metric === 'Searched Site' ? textIn(given, ['query']) : undefined;
  return { properties: search === undefined ? {} : { SearchTerm: search }, ...valueIn(given, ['value', 'revenue']) };
};

const orderCommerce = (given: Properties): Commerce => {
  const { products } = given;
  const items = Array.isArray(products) ? products.slice(0, MAX_ITEMS).filter(isRecord).map(itemOf) : [];
  const orderId = textIn(given, ['order_id', 'orderId', 'checkout_id', 'cart_id']);
  return {
    properties: orderProperties(orderId, items),
    ...valueIn(given, ['total', 'revenue', 'value', 'subtotal']),
  };
};

const productCommerce = (metric: string, given: Properties): Commerce => {
  const { ItemPrice, RowTotal, ...item } = itemOf(given);
  const own = valueIn(given, ['value']);
  const value = own.value ?? (VALUED_PRODUCT_METRICS.has(metric) ? RowTotal : undefined);
  return {
    properties: { ...item, ...(ItemPrice !== undefined && { Price: ItemPrice }) },
    ...own,
    ...(value !== undefined && { value }),
  };
};

const itemOf = (product: Properties): Item => {
  const texts = Object.entries(productMembers).flatMap(([name, members]) => {
    const text = textIn(product, members);
    return text === undefined ? [] : [[name, text] as const];
  });
  const price = numberIn(member(product, 'price'));
  const quantity = numberIn(member(product, 'quantity'));
  const categories = [member(product, 'category')].flat().filter((one) => typeof one === 'string' && one !== '');
  return {
    ...Object.fromEntries(texts),
    ...(quantity !== undefined && { Quantity: quantity }),
    ...(price !== undefined && { ItemPrice: price, RowTotal: roundedAmount(price * (quantity ?? 1)) }),
    ...(categories.length > 0 && { Categories: categories.map(String) }),
  };
};

const valueIn = (given: Properties, members: readonly string[]): Pick<Commerce, 'value' | 'currency'> => {
  const value = members.map((name) => numberIn(member(given, name))).find((one) => one !== undefined);
  const currency = member(given, 'currency');
  return {
    ...(value !== undefined && { value }),
    ...(typeof currency === 'string' && /^[A-Za-z]{3}$/.test(currency) && { currency: currency.toUpperCase() }),
  };
};

const textIn = (given: Properties, members: readonly string[]): string | undefined => {
  for (const name of members) {
    const value = member(given, name);
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
};

/** A name such as `constructor` is a member only if it was sent. */
const member = (of: Properties, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined);
