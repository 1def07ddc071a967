import type { Erase } from './erasure.ts';
import type { Folder } from './files.ts';
import type { LedgerDocument } from './ledger-document.ts';
import type { Person } from './person.ts';
import type { Section } from './section.ts';

interface EntityType {
  readonly type: string;
}

/** Items with personal data. */
export type PersonalItems =
  | {
      readonly entity: EntityType;
      /** The section or document in which a person sees them. `other` shows them as they are stored. */
      readonly section: string;
      /** The prefix of their sort keys, if a profile's partition can have very many of them. `other` skips these. */
      readonly longPrefix?: string;
      /** The reason why they survive an erasure. @default they are erased */
      readonly outlives?: string;
    }
  | { readonly entity: EntityType; readonly section?: undefined; readonly outlives: string };

/** Items without personal data, with the reason. */
export interface ImpersonalItems {
  readonly entity: EntityType;
  readonly reason: string;
}

/**
 * Declares the personal data of a domain: how to export and how to erase it. Each type of item in the table is declared
 * by one domain, as personal or not. `privacy` knows nothing else about the domains.
 */
export interface PersonalData<P extends Person = Person> {
  readonly items: readonly PersonalItems[];
  readonly impersonalItems: readonly ImpersonalItems[];
  /** The folders of buckets whose objects may have personal data. */
  readonly folders: readonly Folder[];
  readonly export: {
    readonly sections: readonly Section<P>[];
    readonly ledger?: LedgerDocument<P>;
  };
  readonly erase: Erase;
}
