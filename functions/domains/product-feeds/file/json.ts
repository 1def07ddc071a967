import { priceText } from './price-text.ts';
import type { FileProduct } from './product.ts';
import type { FileWriter } from './writer.ts';

/** An array of products, with the names that our own feeds read. */
export const json: FileWriter = {
  begin: () => '[\n',
  // Programs of the shop decide what they need.
  problemOf: () => undefined,
  product: ({ id, group, title, description, url, image, images, price, currency, categories, stock }) =>
    JSON.stringify({
      id,
      item_group_id: group,
      title,
      description,
      link: url,
      image_link: image,
      additional_image_links: images,
      price: price === undefined ? undefined : currency === undefined ? price : priceText(price, currency),
      categories,
      ...(stock && {
        sku: stock.sku,
        inventory_quantity: stock.quantity,
        inventory_policy: stock.policy,
        availability: availabilityOf(stock),
      }),
    }),
  separator: ',\n',
  end: '\n]\n',
};

const availabilityOf = ({ quantity }: NonNullable<FileProduct['stock']>): string =>
  quantity > 0 ? 'in_stock' : 'out_of_stock';
