import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { catalogJobs } from '../bulk/job.ts';
import { catalogMarks } from '../records/mark.ts';
import * as store from '../records/store.ts';
import { folders } from './folders.ts';

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
    { entity: catalogMarks, reason: 'Whether the catalog has changed.' },
    { entity: catalogJobs, reason: 'Counts of objects, and why some were refused.' },
  ],
  folders,
  export: { sections: [] },
  erase: {},
};
