import { ExactNumber } from '../../../../platform/json/exact-number.ts';
import type { PropertyType } from './store.ts';

const DATE = /^\d{4}-\d\d-\d\d(?:$|[T ]\d\d:\d\d)/;

/** The type of a value. Undefined for null, which says nothing. */
export const typeOf = (value: unknown): PropertyType | undefined => {
  if (typeof value === 'string') return DATE.test(value) ? 'Date' : 'Text';
  if (typeof value === 'number' || value instanceof ExactNumber) return 'Number';
  if (typeof value === 'boolean') return 'Boolean';
  if (Array.isArray(value)) return 'List';
  return typeof value === 'object' && value !== null ? 'Object' : undefined;
};

/** The type of both. In any order and however often values are seen, the result is the same. */
export const joinTypes = (a: PropertyType | undefined, b: PropertyType): PropertyType =>
  a === undefined || a === b ? b : 'Text';

const MAX_NAME = 100;
const MAX_SAMPLE = 100;
const DIGITS_OF_IDS = 5;

/** Whether a text may identify a person: an address, a number, an id. */
const isIdentifying = (text: string): boolean =>
  text.includes('@') || (text.match(/\d/g) ?? []).length >= DIGITS_OF_IDS;

/** Whether a name is kept. Some senders write values where names belong. */
export const isKeptName = (name: string): boolean => name !== '' && name.length <= MAX_NAME && !isIdentifying(name);

/** Names of properties whose values are about a person. */
const PERSONAL =
  /name|mail|phone|address|street|city|zip|postal|birth|\bip\b|person|customer|user|token|\bid\b|_id$|Id$/i;
const OF_PRODUCT = /product|item|campaign|variant|category/i;

type Sample = string | number | boolean;

/** The values of a property that may be shown: none that could identify a person. */
export const samplesIn = (name: string, value: unknown): readonly Sample[] => {
  if (PERSONAL.test(name) && !(OF_PRODUCT.test(name) && /name/i.test(name))) return [];
  const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
  return elements.flatMap((one): readonly Sample[] => {
    if (typeof one === 'boolean' || (typeof one === 'number' && Math.abs(one) < 10 ** DIGITS_OF_IDS)) return [one];
    return typeof one === 'string' && one !== '' && one.length <= MAX_SAMPLE && (DATE.test(one) || !isIdentifying(one))
      ? [one]
      : [];
  });
};
