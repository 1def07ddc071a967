import type { PersonalData } from '../../../model/personal-data/personal-data.ts';

export const personalData: PersonalData = {
  items: [],
  impersonalItems: [],
  folders: [],
  export: { sections: [] },
  erase: {},
};
