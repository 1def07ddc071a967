import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import * as store from '../records/store.ts';

export const personalData: PersonalData = {
  items: [],
  impersonalItems: [
    { entity: store.forms, reason: 'A form with the name that the shop gave it.' },
    { entity: store.formCounts, reason: 'A count of forms.' },
    { entity: store.formVersions, reason: 'When a version of a form was written and published.' },
    { entity: store.formContents, reason: 'What a form shows to everybody.' },
  ],
  folders: [],
  export: { sections: [] },
  erase: {},
};
