import type { Person } from '../../../model/personal-data/person.ts';
import type { Profile } from './profile.ts';

export interface PersonRecord extends Person {
  /** The profile that stands for the person, then those that were merged into it, as they are stored. */
  readonly profiles: readonly Profile[];
}
