import type { Alias } from '../identity.ts';

/** What a person is known by: where everything of theirs lies follows from it. */
export interface Person {
  /** The ids that items of the person stand under; the first is of the profile that stands for the person. */
  readonly profileIds: readonly string[];
  /** What the person holds, and what they were known by before and nobody else holds. */
  readonly identifiers: readonly Alias[];
}
