import { parseExact } from '../../../platform/json/parse-exact.ts';
import { plainDigits } from '../csv/formulas.ts';

/** Fifteen digits are what a double holds exactly; leading zeros are an id's, not a number's. */
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/;
const BOOLEAN = /^(true|false)$/i;

/** A custom property's value as a cell says it; undefined where the cell is blank. */
export const toValue = (cell: string): unknown => {
  const text = cell.trim();
  if (text === '') return undefined;
  if (NUMBER.test(text) && text.replace(/\D/g, '').length <= 15) return Number(text) + 0;
  if (BOOLEAN.test(text)) return text.toLowerCase() === 'true';
  return text.startsWith('[') ? (listIn(text) ?? text) : plainDigits(text);
};

const listIn = (text: string): readonly unknown[] | undefined => {
  try {
    const value: unknown = parseExact(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
