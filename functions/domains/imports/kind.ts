/** What the rows of a file are; also the folders where files of that kind are put. */
export const kinds = ['profiles', 'events'] as const;
export type Kind = (typeof kinds)[number];

/** Files in the same folders below this one are tried, not imported. */
export const dryRunFolder = 'dry-run/';

/** Where a key would be if its file was not only tried. */
export const placeIn = (key: string): string => (key.startsWith(dryRunFolder) ? key.slice(dryRunFolder.length) : key);

/** What the names of files that are imported end with. */
export const suffixes = ['.csv', '.tsv', '.gz', '.zip'] as const;

/** Those of workbooks, which people put in the place of a table: their imports fail, and say what to do. */
export const workbookSuffixes = ['.xlsx', '.xlsm', '.xlsb', '.xls', '.ods', '.numbers'] as const;

/** And those of what is said of one that lies beside it. */
export const mappingSuffix = '.mapping.json';

export const isMapping = (key: string): boolean => key.toLowerCase().endsWith(mappingSuffix);
