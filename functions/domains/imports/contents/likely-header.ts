import { findHeader, type HeaderInfo } from './header.ts';
import type { Beginning } from './read.ts';

/** A title and the notes of an export take a few rows. */
const ROWS = 20;
const LOOKED_AT = 64 * 1024;

/** If the first row is not a header, returns a message about the row that looks like one. */
export const likelyHeaderMessage = async (
  { head, isWhole }: Beginning,
  { row: first, headers, encoding }: HeaderInfo,
  isHeader: (headers: readonly string[]) => boolean,
): Promise<string | undefined> => {
  const beginning = { head: head.subarray(0, LOOKED_AT), isWhole: isWhole && head.length <= LOOKED_AT };
  for (let row = first + 1; row <= first + ROWS; row++) {
    const found = await findHeader(beginning, { encoding, header_row: row });
    if ('reason' in found) return undefined;
    if (!isHeader(found.headers)) continue;
    return `Row ${first} (${listOf(headers)}) is not a header, but row ${found.row} looks like one: ${listOf(found.headers)}. Delete the rows above it, or set the row: imports drop --header-row ${found.row}, or {"header_row": ${found.row}} in the mapping.`;
  }
  return undefined;
};

const MAX_SHOWN = 5;

const listOf = (headers: readonly string[]): string => {
  const named = headers.filter((header) => header.trim() !== '');
  return `${named
    .slice(0, MAX_SHOWN)
    .map((header) => header.trim().slice(0, 40))
    .join(', ')}${named.length > MAX_SHOWN ? ', …' : ''}`;
};
