import { normalizeName, trimInvisible } from '../../../platform/validation/text.ts';
import { fullNames, namesOf, otherNames, type Part, parts } from './header-names.ts';

export type { Part } from './header-names.ts';

/** Text that is certainly in NFC and has no invisible characters. */
const ASCII = /^[\x21-\x7e]+( [\x21-\x7e]+)*$/;

/**
 * The name of a column or property: the header in NFC, without invisible characters around it. Files from a Mac write
 * `é` as two characters.
 */
export const columnNameOf = (header: string): string =>
  ASCII.test(header) ? header : normalizeName(trimInvisible(header));

/**
 * The comparable form of a header: `billing_postcode` and `Billing Postcode` are equal. Ignores invisible characters.
 */
export const comparable = (header: string): string =>
  (ASCII.test(header) ? header : columnNameOf(header).replaceAll(/\p{Cf}/gu, ''))
    .toLowerCase()
    .replaceAll(/[\s_]+/g, ' ');

/**
 * Finds columns by name. Names also match without spaces, since Klaviyo's SFTP files write `PhoneNumber` and its
 * exports `Phone Number`.
 */
export const columnsBy = (headers: readonly string[]) => {
  const at = new Map(headers.map((header, column) => [comparable(header), column]));
  /** Returns the columns with one of these names, in the order of the names. */
  return (...names: readonly string[]): readonly number[] => {
    const all = names.flatMap((name) => [at.get(name), at.get(name.replaceAll(' ', ''))]);
    return [...new Set(all.filter((column) => column !== undefined))];
  };
};

/** A row needs at least one of these. */
export const identifying: ReadonlySet<Part> = new Set(['email', 'phone_number', 'external_id']);

/** The candidate columns of each profile field. The first one is used. */
export const candidatesOf = (headers: readonly string[]): ReadonlyMap<Part, readonly number[]> => {
  const columnsOf = columnsBy(headers);
  const all = parts.map((part) => [part, columnsOf(...namesOf(part))] as const);
  const found = new Map(all.filter(([, columns]) => columns.length > 0));
  // Beside a first name, `name` is the last name. Alone it is the full name, which is stored as a property.
  const last = columnsOf(...fullNames);
  if (found.has('first_name') && !found.has('last_name') && last.length > 0) found.set('last_name', last);
  return found;
};

let known: ReadonlySet<string> | undefined;

/** Whether it is a known column name. */
export const isKnownName = (header: string): boolean => {
  known ??= new Set([...parts.flatMap((part) => namesOf(part)), ...fullNames, ...otherNames]);
  return known.has(comparable(header));
};

/** Maps columns to profile fields. */
export const partsIn = (candidates: ReadonlyMap<Part, readonly number[]>): ReadonlyMap<number, Part> =>
  new Map([...candidates].flatMap(([part, [column]]) => (column === undefined ? [] : [[column, part] as const])));

/** The problem of a header row, if any. */
export const headerProblem = (headers: readonly string[]): string | undefined => {
  const seen = new Set<string>();
  for (const header of headers) {
    const name = comparable(header);
    if (name !== '' && seen.has(name))
      return `The header '${header.trim()}' occurs twice. Each column needs a name of its own.`;
    seen.add(name);
  }
  // Spreadsheets write blank headers after the last one.
  const width = headers.findLastIndex((header) => header.trim() !== '') + 1;
  if (width > MAX_COLUMNS) return `The header has ${width} columns. At most ${MAX_COLUMNS} are allowed.`;
  if (Buffer.byteLength(headers.join()) > MAX_HEADER_BYTES)
    return `The header row is longer than ${MAX_HEADER_BYTES} bytes.`;
  return undefined;
};

/** Header and mapping are stored in one item, whose limit is 400 KB. */
const MAX_HEADER_BYTES = 150_000;

/** The maximum number of custom properties of a call. */
export const MAX_COLUMNS = 400;
