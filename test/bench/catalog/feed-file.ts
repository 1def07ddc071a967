import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

interface FeedFile {
  readonly items: number;
  /** The first so many of them are in a category of their own too. */
  readonly few: number;
  /** Otherwise two files of the same items would be the same file. */
  readonly at: number;
  readonly priceOf: (i: number) => number;
}

/** A product with a price and a quantity, which becomes an item with a variant. */
export const productLine = (i: number, { few, priceOf }: Pick<FeedFile, 'few' | 'priceOf'>): string =>
  JSON.stringify({
    id: `p${i}`,
    title: `Product ${i % 5_000}`,
    description: `Made of ${i % 100} parts`,
    link: `https://shop.example/p/${i}`,
    image_link: `https://shop.example/p/${i}.jpg`,
    price: `${priceOf(i)}.50 EUR`,
    inventory_quantity: i % 100,
    categories: i < few ? ['All', 'Few'] : ['All'],
  });

/** Writes a feed of so many products. */
export const writeFeedFile = async (path: string, { items, at, ...how }: FeedFile): Promise<void> => {
  const file = createWriteStream(path);
  let text = `{"at":${at},"products":[\n`;
  for (let i = 0; i < items; i++) {
    text += `${productLine(i, how)}${i < items - 1 ? ',\n' : '\n'}`;
    if (text.length < 1_000_000) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(`${text}]}`);
  await once(file, 'finish');
};
