/** What the names of files that are imported end with. */
export const suffixes = ['.csv', '.tsv', '.gz', '.zip'] as const;

/** Those of workbooks, which people put in the place of a table: their imports fail, and say what to do. */
export const workbookSuffixes = ['.xlsx', '.xlsm', '.xlsb', '.xls', '.ods', '.numbers'] as const;

/** Suffixes of the files beside an upload that describe it. */
export const mappingSuffix = '.mapping.json';

export const isMapping = (key: string): boolean => key.toLowerCase().endsWith(mappingSuffix);
