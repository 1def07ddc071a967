/** Where the archive's objects lie, and what its partitions are called: for the functions, for CDK and for Athena. */
export const ARCHIVE_PREFIX = 'events/';
export const partitions = ['account', 'day'] as const;

/** Days, both inclusive, on which events were received. */
export interface Days {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const accountPrefix = (account: string): string => `${ARCHIVE_PREFIX}account=${account}/`;

/** Sorts before the objects of the day, and after those of the days before. */
export const dayPrefix = (account: string, day: string): string => `${accountPrefix(account)}day=${day}/`;

export const objectKey = (account: string, day: string, name: string): string =>
  `${dayPrefix(account, day)}${name}.jsonl.gz`;

export const dayOf = (time: string): string => time.slice(0, 10);

export const dayOfKey = (key: string): string => /\/day=([^/]*)\//.exec(key)?.[1] ?? '';
