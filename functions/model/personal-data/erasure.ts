import type { Services } from '../../platform/resources/services.ts';
import type { Item } from '../../platform/table/entity.ts';
import type { FilePlace, FileSearch } from './files.ts';
import type { Person } from './person.ts';

export type EraseDeps = Pick<Services, 'table' | 'now'> & { readonly account: string };

export interface ErasedPerson extends Person {
  /** When the erasure began: what they ask for themselves afterwards stays. */
  readonly startedAt: string;
}

/** The end of a chain of ledger entries that are removed: who has exported them can show by it that they are those. */
export interface LedgerEnd {
  readonly entries: number;
  readonly end: string;
}

/** Items in many partitions that are removed together. A run that was killed goes on by the name. */
export interface ItemSearch {
  readonly name: string;
  readonly find: (person: ErasedPerson, deps: EraseDeps) => Promise<readonly Item[]>;
}

/**
 * What a domain removes of a person. The members stand in the order in which a deletion runs them: each over all domains,
 * then the next. A run may be killed anywhere, so that each is safe to repeat and finds only what is left.
 */
export interface Erase {
  /** Identifiers that the domain's records name under these ids, also those that the profile no longer has. */
  readonly findIdentifiers?: (
    profileIds: Person['profileIds'],
    deps: Omit<EraseDeps, 'now'>,
  ) => Promise<Person['identifiers']>;
  /** The ends of ledgers, which the certificate keeps. */
  readonly findLedgerEnds?: (person: Person, deps: EraseDeps) => Promise<readonly LedgerEnd[]>;
  /** Takes the person out of what stays for others. */
  readonly anonymize?: (person: Person, deps: EraseDeps) => Promise<void>;
  /** Items to which only the partition of the profile leads: they go before it. */
  readonly linkedItems?: readonly ItemSearch[];
  /** The partitions that hold nothing but this person, beside that of the profile. */
  readonly listPartitions?: (person: Person, account: string) => readonly string[];
  /** Items that are found by the person's ids and identifiers. */
  readonly namedItems?: readonly ItemSearch[];
  /** Partitions that only the first pass removes: what stands there later is of who came back. */
  readonly listFirstPassPartitions?: (person: Person, account: string) => readonly string[];
  /** Removes an item of the domain that others count; false where the item is none. */
  readonly removeItem?: (item: Item, deps: EraseDeps) => Promise<boolean>;
  /** Where a sweep looks for the person in buckets. */
  readonly listFiles?: (search: FileSearch, deps: FileDeps) => Promise<readonly FilePlace[]>;
}

export type FileDeps = Services & { readonly account: string };
