import { candidatesOf, isKnownName } from '../columns/headers.ts';
import type { SampleRow } from './sample.ts';

/** Matches a possible column name: a few words without digits or an address. */
const LABEL = /^[^@\p{N}]{1,60}$/u;

/**
 * Returns a message if a row looks like the header of a second table, since the rows below would be read with the wrong
 * columns. Such a row has several known column names, or follows a blank row and has words where this table has
 * addresses or numbers.
 */
export const secondHeaderMessage = (headers: readonly string[], rows: readonly SampleRow[]): string | undefined => {
  const candidates = candidatesOf(headers);
  const identifying = [...(candidates.get('email') ?? []), ...(candidates.get('phone_number') ?? [])];
  const last = rows.at(-1)?.number;
  const found = rows.find(({ number, cells, isAfterBlank }) => {
    const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
    if (filled.length < 2 || number === last || !filled.every((cell) => LABEL.test(cell))) return false;
    if (cells.every((cell, i) => cell.trim() === (headers[i] ?? '').trim())) return false;
    const known = filled.filter(isKnownName);
    if (known.length >= 2 && known.length * 2 >= filled.length) return true;
    return isAfterBlank && identifying.some((column) => LABEL.test(cells[column]?.trim() ?? ''));
  });
  if (!found) return undefined;
  const names = found.cells.map((cell) => cell.trim().slice(0, 40)).filter((cell) => cell !== '');
  return `Row ${found.number} looks like the header of another table (${names.slice(0, 5).join(', ')}). Put each table into a file of its own.`;
};
