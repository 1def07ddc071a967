import { normalizeName } from '../../../platform/validation/text.ts';
import { redactPersons } from './file-name.ts';
import { mappingSuffix } from './suffixes.ts';

export const REPORT = /\.errors(?:\.(\d+))?\.csv$/i;

export const isReportKey = (key: string): boolean => REPORT.test(key);

export const FILE = /(\.(csv|tsv))?(\.(gz|zip))?$/i;

/** `results/people.csv.gz` -> `results/people`. */
export const withoutEnding = (key: string): string => key.replace(FILE, '');

export const nameOf = (key: string): string => key.split('/').at(-1) ?? '';

/** `events/shop/Placed Order.csv` and its reports -> `Placed Order`. */
export const nameIn = (key: string): string =>
  normalizeName(redactPersons(withoutEnding(nameOf(key).replace(REPORT, ''))).trim());

/** `a.errors.2.csv` -> `a`. */
export const withoutReportEnding = (key: string): string => key.replace(REPORT, '');

/** `a.csv`, `a.csv.gz` and their reports -> `a.mapping.json`. */
export const mappingKey = (key: string): string => `${withoutEnding(withoutReportEnding(key))}${mappingSuffix}`;

/** All keys that a file's mapping may have. */
export const mappingKeys = (key: string): readonly string[] => [mappingKey(key), `${key}${mappingSuffix}`];
