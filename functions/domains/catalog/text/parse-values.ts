import { type PriceResult, priceIn } from './price.ts';
import { textsIn } from './values.ts';

/** How many items `in stock` stands for where a feed has no quantities. */
const IN_STOCK = 1;
const quantities: Readonly<Record<string, number>> = {
  instock: IN_STOCK,
  limitedavailability: IN_STOCK,
  onlineonly: IN_STOCK,
  availablefororder: IN_STOCK,
  available: IN_STOCK,
  preorder: IN_STOCK,
  backorder: IN_STOCK,
  outofstock: 0,
  soldout: 0,
  discontinued: 0,
};

export type Result<Value> = { readonly value: Value } | { readonly problem: string } | undefined;
export const isLink = (text: string): boolean => /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text);

export const priceOf = (value: unknown): PriceResult | undefined => {
  const [text] = textsIn(value);
  return text === undefined ? undefined : priceIn(text);
};

export const quantityOf = (value: unknown, availability: unknown): Result<number> => {
  const [text] = textsIn(value);
  if (text !== undefined) {
    const number = Number(text);
    return Number.isFinite(number) && Math.abs(number) < 1e12
      ? { value: number }
      : { problem: `The quantity '${text.slice(0, 60)}' is no number.` };
  }
  const [word] = textsIn(availability);
  if (word === undefined) return undefined;
  const known =
    quantities[
      word
        .toLowerCase()
        .replace(/^https?:\/\/schema\.org\//, '')
        .replaceAll(/[\s_-]/g, '')
    ];
  return known === undefined
    ? {
        problem: `The availability '${word.slice(0, 60)}' is unknown. Use in_stock, out_of_stock, preorder or backorder.`,
      }
    : { value: known };
};

export const policyOf = (value: unknown): Result<0 | 1 | 2> => {
  const [text] = textsIn(value);
  if (text === undefined) return undefined;
  const policy = ([0, 1, 2] as const).find((one) => String(one) === text);
  return policy === undefined
    ? {
        problem: `The policy '${text.slice(0, 60)}' is none of 0, 1 and 2. 1 hides the product when it is out of stock.`,
      }
    : { value: policy };
};

export const publishedOf = (value: unknown): Result<boolean> => {
  const [text] = textsIn(value);
  if (text === undefined) return undefined;
  if (/^(true|1|yes|y)$/i.test(text)) return { value: true };
  if (/^(false|0|no|n)$/i.test(text)) return { value: false };
  return { problem: `'${text.slice(0, 60)}' is neither true nor false.` };
};

/** Google separates the links of one cell by commas. Commas and spaces within a link do not separate. */
export const imagesIn = (value: unknown): readonly string[] => textsIn(value).flatMap(linksIn);

const linksIn = (text: string): readonly string[] => {
  const links: string[] = [];
  for (const word of text.split(/\s/)) {
    for (const part of word.split(/,(?=https?:)/)) {
      const last = links.at(-1);
      if (part === '') continue;
      if (last === undefined || /^https?:/.test(part)) links.push(part);
      else links[links.length - 1] = `${last} ${part}`;
    }
  }
  return links.map((link) => (link.endsWith(',') ? link.slice(0, -1) : link)).filter((link) => link !== '');
};

/** Several in one text are separated by `|` or `;`, or are a JSON array. */
export const categoriesIn = (value: unknown): readonly string[] => {
  const names = textsIn(value).flatMap((text) => jsonTexts(text) ?? text.split(/[|;]/));
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
};

const jsonTexts = (text: string): readonly string[] | undefined => {
  if (!text.startsWith('[')) return undefined;
  try {
    return textsIn(JSON.parse(text));
  } catch {
    return undefined;
  }
};
