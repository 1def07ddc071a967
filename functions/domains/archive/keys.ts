/** The prefix of the archive's objects and the names of its partitions, for the functions, CDK and Athena. */
export const ARCHIVE_PREFIX = 'events/';
export const partitions = ['account', 'day'] as const;

/** A range of days of receipt, both inclusive. */
export interface Days {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const accountPrefix = (account: string): string => `${ARCHIVE_PREFIX}account=${account}/`;

/** Sorts before the objects of the day, and after those of the days before. */
export const dayPrefix = (account: string, day: string): string => `${accountPrefix(account)}day=${day}/`;

export const objectKey = (account: string, day: string, name: string): string =>
  `${dayPrefix(account, day)}${name}.jsonl.gz`;

export const dayOfKey = (key: string): string => /\/day=([^/]*)\//.exec(key)?.[1] ?? '';
