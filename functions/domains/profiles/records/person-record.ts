import type { Person } from '../../../model/personal-data/person.ts';
import type { Profile } from './profile.ts';

export interface PersonRecord extends Person {
  /** The current profile of the person, then the profiles merged into it, as stored. */
  readonly profiles: readonly Profile[];
}
