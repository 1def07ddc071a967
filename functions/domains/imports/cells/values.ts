import { parseExact } from '../../../platform/json/parse-exact.ts';
import { plainDigits } from '../csv/formulas.ts';

/** A double holds 15 digits exactly. Text with leading zeros is an id. */
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/;
const BOOLEAN = /^(true|false)$/i;

/** Converts a cell to the value of a custom property. Undefined if the cell is blank. */
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
