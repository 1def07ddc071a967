import * as v from 'valibot';
import { type Api, dataOf, goneError } from './api.ts';
import type { WholeOrder } from './orders.ts';
import { Cart, Customer, Order, type Product, Products, Refunds, Subscriber } from './payloads.ts';
import { CatalogProduct, Category, Store } from './products.ts';

const PAGE = 250;
/** More lines than any order has. */
const MAX_PAGES = 8;

/** Reads an order, its products and its refunds. @throws ApiError `not_found` if it is gone */
export const readOrder = async (api: Api, id: string): Promise<WholeOrder> => {
  const path = `v2/orders/${encodeURIComponent(id)}`;
  const order = await api.read(path, Order);
  if (!order) throw goneError(`order ${id}`);
  const hasRefunds = (order.refunded_amount ?? 0) > 0;
  const [products, refunds] = await Promise.all([
    readProducts(api, path),
    hasRefunds ? api.read(`v3/orders/${order.id}/payment_actions/refunds`, dataOf(Refunds)) : undefined,
  ]);
  return { order, products, refunds: refunds?.data ?? [] };
};

const readProducts = async (api: Api, path: string): Promise<readonly Product[]> => {
  const products: Product[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const more = (await api.read(`${path}/products?limit=${PAGE}&page=${page}`, Products)) ?? [];
    products.push(...more);
    if (more.length < PAGE) break;
  }
  return products;
};

/** @throws ApiError `not_found` if the customer is gone */
export const readCustomer = async (api: Api, id: string): Promise<Customer> => {
  const path = `v3/customers?id:in=${encodeURIComponent(id)}&include=addresses`;
  const customer = (await api.read(path, dataOf(v.array(Customer))))?.data[0];
  if (!customer) throw goneError(`customer ${id}`);
  return customer;
};

/** @throws ApiError `not_found` if the subscriber is gone */
export const readSubscriber = async (api: Api, id: string): Promise<Subscriber> => {
  const subscriber = await api.read(`v3/customers/subscribers/${encodeURIComponent(id)}`, dataOf(Subscriber));
  if (!subscriber) throw goneError(`subscriber ${id}`);
  return subscriber.data;
};

export const readCart = async (api: Api, id: string): Promise<Cart | undefined> =>
  (await api.read(`v3/carts/${encodeURIComponent(id)}`, dataOf(Cart)))?.data;

/** Reads a product with the names of its categories. @throws ApiError `not_found` if it is gone */
export const readProduct = async (api: Api, id: string) => {
  const path = `v3/catalog/products/${encodeURIComponent(id)}?include=variants,images`;
  const [product, store] = await Promise.all([api.read(path, dataOf(CatalogProduct)), api.read('v2/store', Store)]);
  if (!product || !store) throw goneError(`product ${id}`);
  return { product: product.data, store, categories: await readCategories(api, product.data.categories ?? []) };
};

/** Those that exist. A product with more than a page of them gets the first. */
const readCategories = async (api: Api, ids: readonly string[]) => {
  if (ids.length === 0) return [];
  const some = ids.slice(0, PAGE).map(encodeURIComponent).join(',');
  const path = `v3/catalog/trees/categories?category_id:in=${some}&limit=${PAGE}`;
  return (await api.read(path, dataOf(v.array(Category))))?.data ?? [];
};
