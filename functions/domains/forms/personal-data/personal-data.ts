import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import * as store from '../records/store.ts';
import { formStatistics } from '../statistics/store.ts';
import { readSubmissionsOf } from '../submissions/read-by-person.ts';
import { formSubmissions } from '../submissions/store.ts';
import { submissions } from './submissions-section.ts';

export const personalData: PersonalData = {
  items: [{ entity: formSubmissions, section: 'form-submissions' }],
  impersonalItems: [
    { entity: store.forms, reason: 'A form with the name that the shop gave it.' },
    { entity: store.formCounts, reason: 'A count of forms.' },
    { entity: store.formVersions, reason: 'When a version of a form was written and published.' },
    { entity: store.formContents, reason: 'What a form shows to everybody.' },
    { entity: formStatistics, reason: 'Counts of views and submissions by hour.' },
  ],
  folders: [],
  export: { sections: [submissions] },
  erase: {
    namedItems: [
      {
        name: 'form-submissions',
        // Later ones may be their own new submission.
        find: async ({ startedAt, ...person }, deps) =>
          (await readSubmissionsOf(person, deps)).filter(
            (item) => formSubmissions.fromItem(item).submittedAt < startedAt,
          ),
      },
    ],
  },
};
