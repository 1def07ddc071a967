import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { erased } from '../store.ts';

export const personalData: PersonalData = {
  items: [
    {
      entity: erased,
      section: 'erasures',
      outlives: 'A keyed hash, which recognizes an identifier of who was erased and can’t be read.',
    },
  ],
  impersonalItems: [],
  folders: [],
  export: { sections: [] },
  erase: {},
};
