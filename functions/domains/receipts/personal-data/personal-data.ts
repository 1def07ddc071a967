import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { readRejectedOf } from '../rejected/read-by-person.ts';
import { rejectedItems } from '../rejected/store.ts';
import { rejected } from './rejected-section.ts';

export const personalData: PersonalData = {
  items: [{ entity: rejectedItems, section: 'rejected-items' }],
  impersonalItems: [],
  folders: [],
  export: { sections: [rejected] },
  erase: {
    // Also later ones: a person who came back is no longer to be erased.
    namedItems: [{ name: 'rejected-items', find: (person, deps) => readRejectedOf(person, deps) }],
  },
};
