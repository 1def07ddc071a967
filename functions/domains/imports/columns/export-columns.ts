import { comparable } from './headers.ts';

/** Columns that our own exports have besides those of other systems. docs/csv.md describes them. */
export const exportColumns = {
  /** Further properties, as a JSON object. Every export has it, and is recognized by it. */
  properties: '$properties',
  service: '$service',
  listId: '$list_id',
  listName: '$list_name',
  joined: '$list_joined',
  optedOut: '$list_opted_out',
} as const;

const PROPERTIES = comparable(exportColumns.properties);

export const hasFurtherProperties = (header: string): boolean => comparable(header) === PROPERTIES;

/** Whether a file is one of our exports. Cells of these have guards before formulas, which are removed. */
export const isExport = (headers: readonly string[]): boolean => headers.some(hasFurtherProperties);

/** In an export, suppressions are no properties too. */
export const suppressionColumns = (headers: readonly string[]): ReadonlySet<number> =>
  new Set(isExport(headers) ? headers.flatMap((header, i) => (SUPPRESSIONS.has(comparable(header)) ? [i] : [])) : []);

const SUPPRESSIONS: ReadonlySet<string> = new Set(['email suppressions', 'email suppressions timestamp']);
