import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import * as store from '../records/store.ts';

export const personalData: PersonalData = {
  items: [],
  impersonalItems: [
    { entity: store.catalogItems, reason: 'What the shop sells.' },
    { entity: store.itemVersions, reason: 'What an item looked like before.' },
    { entity: store.itemVariants, reason: 'Which variants an item has.' },
    { entity: store.catalogVariants, reason: 'What the shop sells.' },
    { entity: store.variantVersions, reason: 'What a variant looked like before.' },
    { entity: store.catalogCategories, reason: 'A category of what the shop sells.' },
    { entity: store.categoryItems, reason: 'Which items a category has.' },
  ],
  folders: [],
  export: { sections: [] },
  erase: {},
};
