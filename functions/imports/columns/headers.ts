import { inNfc, trimInvisible } from '../../text.ts';

/** Such a text is in NFC, and all of it can be seen. */
const ASCII = /^[\x21-\x7e]+( [\x21-\x7e]+)*$/;

/**
 * A header as it names a column or property: in NFC, as a file from a Mac writes `é` in two characters, and without what
 * stands around it and can't be seen.
 */
export const columnNameOf = (header: string): string => (ASCII.test(header) ? header : inNfc(trimInvisible(header)));

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

/** What each part of a profile is called by Klaviyo, Shopify, WooCommerce, Mailchimp and HubSpot; the first that a file has is meant. */
const names = {
  email: ['email', 'email address', 'e-mail', 'user email', 'customer email', 'billing email', 'email (billing)'],
  phone_number: ['phone number', 'phone', 'billing phone', 'phone (billing)'],
  external_id: ['external id'],
  first_name: ['first name', 'fname', 'billing first name', 'first name (billing)'],
  last_name: ['last name', 'lname', 'billing last name', 'last name (billing)'],
  organization: [
    'organization',
    'company',
    'company name',
    'default address company',
    'billing company',
    'company (billing)',
  ],
  title: ['title', 'job title'],
  locale: ['locale', 'preferred language'],
  image: ['image'],
  address1: ['address', 'address 1', 'street address', 'default address address1', 'billing address 1'],
  address2: ['address 2', 'default address address2', 'billing address 2'],
  city: ['city', 'default address city', 'billing city', 'city (billing)'],
  region: [
    'region',
    'state',
    'province',
    'state / region',
    'state/province',
    'state/region',
    'default address province code',
    'province code',
    'billing state',
    'state code (billing)',
  ],
  zip: ['zip', 'zip code', 'postal code', 'default address zip', 'billing postcode', 'postcode (billing)'],
  country: [
    'country',
    'country / region',
    'country/region',
    'default address country code',
    'country code',
    'billing country',
    'country code (billing)',
    'cc',
  ],
  timezone: ['timezone', 'time zone'],
  latitude: ['latitude'],
  longitude: ['longitude'],
  ip: ['ip address'],
} as const;

export type Part = keyof typeof names;

/** A row needs one of these. */
export const identifying: ReadonlySet<Part> = new Set(['email', 'phone_number', 'external_id']);

/** Of what our own reports add to a file. They are ignored, so that a mended report can be dropped again. */
export const reportColumns = ['error_code', 'error_message'] as const;

export const isReport = (header: string): boolean =>
  reportColumns.some((name) => comparable(name) === comparable(header));

/** Where each part of a profile may stand in a file: of several columns the first is meant. */
export const candidatesOf = (headers: readonly string[]): ReadonlyMap<Part, readonly number[]> => {
  const columnsOf = columnsBy(headers);
  const all = (Object.keys(names) as Part[]).map((part) => [part, columnsOf(...names[part])] as const);
  return new Map(all.filter(([, columns]) => columns.length > 0));
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
