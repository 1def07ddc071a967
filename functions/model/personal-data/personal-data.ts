import type { Erase } from './erasure.ts';
import type { Folder } from './files.ts';
import type { LedgerDocument } from './ledger-document.ts';
import type { Person } from './person.ts';
import type { Section } from './section.ts';

interface Typed {
  readonly type: string;
}

/** Items that hold something of a person. */
export type PersonalItems =
  | {
      readonly entity: Typed;
      /** The section, or document, in which the person is shown them; `other` shows them as they are stored. */
      readonly section: string;
      /** What their sort keys begin with, where a profile's partition may hold very many: `other` passes over them. */
      readonly longPrefix?: string;
      /** Why they stay when the person is erased. @default they don't */
      readonly outlives?: string;
    }
  | { readonly entity: Typed; readonly section?: undefined; readonly outlives: string };

/** Items that hold nothing of a person, and why. */
export interface ImpersonalItems {
  readonly entity: Typed;
  readonly reason: string;
}

/**
 * What a domain stores of people: how they are shown it, and how it is erased. Each type of item in the table is declared
 * by one domain, as personal or not. `privacy` knows nothing else of the domains.
 */
export interface PersonalData<P extends Person = Person> {
  readonly items: readonly PersonalItems[];
  readonly impersonalItems: readonly ImpersonalItems[];
  /** Where objects lie that may hold people. */
  readonly folders: readonly Folder[];
  readonly export: {
    readonly sections: readonly Section<P>[];
    readonly ledger?: LedgerDocument<P>;
  };
  readonly erase: Erase;
}
