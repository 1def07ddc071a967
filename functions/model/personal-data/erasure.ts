import type { Services } from '../../platform/resources/services.ts';
import type { Item } from '../../platform/table/entity.ts';
import type { FileLocation, FileSearch } from './files.ts';
import type { Person } from './person.ts';

export type EraseDeps = Pick<Services, 'table' | 'now'> & { readonly account: string };

export interface ErasedPerson extends Person {
  /** When the erasure began. Later data is kept, since the person may have come back. */
  readonly startedAt: string;
}

/** The end of a removed ledger chain. With it, an earlier export of the entries can be proven to be genuine. */
export interface LedgerEnd {
  readonly entries: number;
  readonly end: string;
}

/** Items in many partitions that are removed together. A killed run continues by the name. */
export interface ItemSearch {
  readonly name: string;
  readonly find: (person: ErasedPerson, deps: EraseDeps) => Promise<readonly Item[]>;
}

/**
 * How a domain erases a person. A deletion runs the members in this order, each for all domains. It can be killed
 * anywhere, so that each member has to be safe to repeat, and finds only what is left.
 */
export interface Erase {
  /** Finds identifiers in the domain's records of these profiles, including those that the profile no longer has. */
  readonly findIdentifiers?: (
    profileIds: Person['profileIds'],
    deps: Omit<EraseDeps, 'now'>,
  ) => Promise<Person['identifiers']>;
  /** Finds the ends of ledgers, for the certificate of erasure. */
  readonly findLedgerEnds?: (person: Person, deps: EraseDeps) => Promise<readonly LedgerEnd[]>;
  /** Removes the person from data that stays for other people. */
  readonly anonymize?: (person: Person, deps: EraseDeps) => Promise<void>;
  /** Items that are found only through the profile's partition. They are removed before it. */
  readonly linkedItems?: readonly ItemSearch[];
  /** Further partitions with nothing but this person's data. */
  readonly listPartitions?: (person: Person, account: string) => readonly string[];
  /** Items that are found by the person's ids and identifiers. */
  readonly namedItems?: readonly ItemSearch[];
  /** Partitions that only the first pass removes. Later items belong to a person who came back. */
  readonly listFirstPassPartitions?: (person: Person, account: string) => readonly string[];
  /** Removes an item with its counters. Returns false if the item is not one of these. */
  readonly removeItem?: (item: Item, deps: EraseDeps) => Promise<boolean>;
  /** Lists where a sweep searches buckets for the person. */
  readonly listFiles?: (search: FileSearch, deps: FileDeps) => Promise<readonly FileLocation[]>;
}

export type FileDeps = Services & { readonly account: string };
