import type { LeftOutReason } from '../records/stored-file.ts';
import { priceText } from './price-text.ts';
import type { FileProduct } from './product.ts';
import type { FileWriter } from './writer.ts';

/** Google's limits. Source: https://support.google.com/merchants/answer/7052112 */
const MAX_ID = 50;
const MAX_LINK = 2_000;
const MAX_IMAGES = 10;
const MAX_TYPES = 5;

/** RSS 2.0 with Google's attributes. Source: https://support.google.com/merchants/answer/14987622 */
export const merchantXml: FileWriter = {
  begin: (name, website) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n<channel>\n` +
    `${element('title', name)}${element('link', website)}${element('description', name)}`,
  problemOf,
  product: (product) => `<item>\n${elementsOf(product).join('')}</item>\n`,
  separator: '',
  end: '</channel>\n</rss>\n',
};

function problemOf({ id, url, image, description, price, currency }: FileProduct): LeftOutReason | undefined {
  if (id.length > MAX_ID) return 'long_id';
  if (url.length > MAX_LINK) return 'long_link';
  if (image === undefined) return 'no_image';
  if (description === '') return 'no_description';
  if (price === undefined) return 'no_price';
  return currency === undefined ? 'no_currency' : undefined;
}

const elementsOf = (product: FileProduct): string[] => {
  const { price, currency, stock } = product;
  // An item without variants has no stock to count.
  const isInStock = stock === undefined || stock.quantity > 0;
  return [
    element('g:id', product.id),
    element('title', product.title),
    element('description', product.description),
    element('link', product.url),
    element('g:image_link', product.image),
    ...product.images.slice(0, MAX_IMAGES).map((image) => element('g:additional_image_link', image)),
    element('g:price', price === undefined || currency === undefined ? undefined : priceText(price, currency)),
    element('g:availability', isInStock ? 'in_stock' : 'out_of_stock'),
    element('g:item_group_id', product.group),
    ...product.categories.slice(0, MAX_TYPES).map((name) => element('g:product_type', name)),
  ];
};

const element = (name: string, content: string | undefined): string =>
  content === undefined ? '' : `<${name}>${escapeText(content)}</${name}>\n`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** Leaves out what XML 1.0 cannot contain, also as references. */
const escapeText = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it removes them
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(/[&<>\r]/g, (character) => entities[character] ?? '');
