import { normalizeName, trimInvisible } from '../../../platform/validation/text.ts';
import { fullNames, namesOf, otherNames, type Part, parts } from './header-names.ts';

export type { Part } from './header-names.ts';

/** Such a text is in NFC, and all of it can be seen. */
const ASCII = /^[\x21-\x7e]+( [\x21-\x7e]+)*$/;

/**
 * A header as it names a column or property: in NFC, as a file from a Mac writes `é` in two characters, and without what
 * stands around it and can't be seen.
 */
export const columnNameOf = (header: string): string =>
  ASCII.test(header) ? header : normalizeName(trimInvisible(header));

/** A header as it is compared: `billing_postcode` and `Billing Postcode` are one. What can't be seen doesn't count. */
export const comparable = (header: string): string =>
  (ASCII.test(header) ? header : columnNameOf(header).replaceAll(/\p{Cf}/gu, ''))
    .toLowerCase()
    .replaceAll(/[\s_]+/g, ' ');

/**
 * Where headers stand, by what they are called. Klaviyo's SFTP files write `PhoneNumber` for what its exports call
 * `Phone Number`: a name is known by its letters alone too.
 */
export const columnsBy = (headers: readonly string[]) => {
  const at = new Map(headers.map((header, column) => [comparable(header), column]));
  /** The columns that have one of these names, in the order of the names. */
  return (...names: readonly string[]): readonly number[] => {
    const all = names.flatMap((name) => [at.get(name), at.get(name.replaceAll(' ', ''))]);
    return [...new Set(all.filter((column) => column !== undefined))];
  };
};

/** A row needs one of these. */
export const identifying: ReadonlySet<Part> = new Set(['email', 'phone_number', 'external_id']);

/** Where each part of a profile may stand in a file: of several columns the first is meant. */
export const candidatesOf = (headers: readonly string[]): ReadonlyMap<Part, readonly number[]> => {
  const columnsOf = columnsBy(headers);
  const all = parts.map((part) => [part, columnsOf(...namesOf(part))] as const);
  const found = new Map(all.filter(([, columns]) => columns.length > 0));
  // Beside a first name, a name is the last one; alone it is the whole, which is kept as a property.
  const last = columnsOf(...fullNames);
  if (found.has('first_name') && !found.has('last_name') && last.length > 0) found.set('last_name', last);
  return found;
};

let known: ReadonlySet<string> | undefined;

/** Whether it is what a column is called whose meaning is known. */
export const isKnownName = (header: string): boolean => {
  known ??= new Set([...parts.flatMap((part) => namesOf(part)), ...fullNames, ...otherNames]);
  return known.has(comparable(header));
};

/** Which part of a profile columns are. */
export const partsIn = (candidates: ReadonlyMap<Part, readonly number[]>): ReadonlyMap<number, Part> =>
  new Map([...candidates].flatMap(([part, [column]]) => (column === undefined ? [] : [[column, part] as const])));

/** What is wrong with a header row as such. */
export const headerProblem = (headers: readonly string[]): string | undefined => {
  const seen = new Set<string>();
  for (const header of headers) {
    const name = comparable(header);
    if (name !== '' && seen.has(name))
      return `The header '${header.trim()}' is there twice. Each column needs a name of its own.`;
    seen.add(name);
  }
  // Spreadsheets write blank ones behind the last.
  const width = headers.findLastIndex((header) => header.trim() !== '') + 1;
  if (width > MAX_COLUMNS) return `${width} columns; at most ${MAX_COLUMNS} are taken.`;
  if (Buffer.byteLength(headers.join()) > MAX_HEADER_BYTES)
    return `The header row is longer than ${MAX_HEADER_BYTES} bytes.`;
  return undefined;
};

/** With the mapping it is kept in one item, of which DynamoDB takes 400 KB. */
const MAX_HEADER_BYTES = 150_000;

/** As many custom properties as a call may send. */
export const MAX_COLUMNS = 400;
