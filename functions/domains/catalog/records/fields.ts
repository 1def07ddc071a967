import * as v from 'valibot';
import { properties, withinBytes } from '../../../model/properties.ts';
import { number } from '../../../platform/json/number.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { maxBytes, Text } from '../../../platform/validation/text.ts';

const MAX_ID_BYTES = 400;
const MAX_TITLE_BYTES = 4 * 1024;
const MAX_DESCRIPTION_BYTES = 64 * 1024;
const MAX_URL_BYTES = 2_048;
const MAX_IMAGES = 50;
const MAX_METADATA_BYTES = 100 * 1024;
const MAX_SKU_BYTES = 512;
const MAX_AMOUNT = 1e12;
/** DynamoDB's numbers end at 1e-130. */
const MIN_AMOUNT = 1e-9;
export const MAX_CATEGORIES = 1_000;

/** Whether an object can have this id. A longer one would exceed what a key can have. */
export const isExternalId = (id: string): boolean => Buffer.byteLength(id) <= MAX_ID_BYTES;

/** The id of an object in the shop's own system. Its key comes from it. */
export const ExternalId = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The external id is empty.'),
  maxBytes(MAX_ID_BYTES, `An external id has at most ${MAX_ID_BYTES} bytes.`),
);

const title = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The title is empty.'),
  maxBytes(MAX_TITLE_BYTES, `A title has at most ${MAX_TITLE_BYTES} bytes.`),
);

const Url = v.pipe(
  Text,
  v.trim(),
  maxBytes(MAX_URL_BYTES, `A URL has at most ${MAX_URL_BYTES} bytes.`),
  // Templates put it into links.
  v.check((url) => /^https?:\/\//i.test(url) && URL.canParse(url), 'A URL begins with https:// or http://.'),
);

const amount = v.pipe(
  number(),
  v.minValue(-MAX_AMOUNT),
  v.maxValue(MAX_AMOUNT),
  v.transform((value) => (Math.abs(value) < MIN_AMOUNT ? 0 : value)),
);

const price = v.pipe(amount, v.minValue(0, 'A price is not negative.'));

const currency = v.pipe(Text, v.regex(/^[A-Z]{3}$/, 'A currency is a code of three capital letters, such as EUR.'));

const images = boundedArray(Url, {
  max: MAX_IMAGES,
  tooMany: (count) => `${count} images; at most ${MAX_IMAGES} are allowed.`,
});

const metadata = v.pipe(
  properties(),
  withinBytes(MAX_METADATA_BYTES, `Custom metadata has at most ${MAX_METADATA_BYTES} bytes.`),
);

/** What items and variants have in common. */
export const productFields = {
  title,
  description: v.pipe(
    Text,
    maxBytes(MAX_DESCRIPTION_BYTES, `A description has at most ${MAX_DESCRIPTION_BYTES} bytes.`),
  ),
  url: Url,
  price,
  currency,
  image: Url,
  thumbnail: Url,
  images,
  metadata,
  published: v.boolean(),
};

/** Whether a variant can have this SKU. */
export const isSku = (sku: string): boolean => Buffer.byteLength(sku) <= MAX_SKU_BYTES;

export const variantFields = {
  sku: v.pipe(Text, v.trim(), maxBytes(MAX_SKU_BYTES, `A SKU has at most ${MAX_SKU_BYTES} bytes.`)),
  /** Negative where the shop sells more than it has. */
  quantity: amount,
  /** 1: product feeds hide it while it is out of stock. 0 and 2: they show it. */
  policy: v.picklist([0, 1, 2]),
};

export const CategoryName = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The name of the category is empty.'),
  maxBytes(MAX_TITLE_BYTES, `The name of a category has at most ${MAX_TITLE_BYTES} bytes.`),
);
