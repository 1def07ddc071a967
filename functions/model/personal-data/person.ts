import type { Alias } from '../identity.ts';

/** Identifies a person. The keys of all their data follow from it. */
export interface Person {
  /** The ids of the person's profiles. The first one is the current profile. */
  readonly profileIds: readonly string[];
  /** The person's current identifiers, and former ones that nobody else has. */
  readonly identifiers: readonly Alias[];
}
