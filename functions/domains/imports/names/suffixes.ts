/** The suffixes of files that are imported. */
export const suffixes = ['.csv', '.tsv', '.gz', '.zip'] as const;

/** The suffixes of workbooks, which users upload by mistake. Their imports fail with advice. */
export const workbookSuffixes = ['.xlsx', '.xlsm', '.xlsb', '.xls', '.ods', '.numbers'] as const;

/** Suffixes of the files beside an upload that describe it. */
export const mappingSuffix = '.mapping.json';

export const isMapping = (key: string): boolean => key.toLowerCase().endsWith(mappingSuffix);
