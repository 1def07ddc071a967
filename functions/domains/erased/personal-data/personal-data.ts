import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { erasedIdentifiers } from '../store.ts';

export const personalData: PersonalData = {
  items: [
    {
      entity: erasedIdentifiers,
      section: 'erasures',
      outlives: 'A keyed hash, which recognizes an identifier of an erased person and can’t be read.',
    },
  ],
  impersonalItems: [],
  folders: [],
  export: { sections: [] },
  erase: {},
};
