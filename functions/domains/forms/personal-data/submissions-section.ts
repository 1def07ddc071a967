import { sectionOfRecords } from '../../../model/personal-data/section.ts';
import { readSubmissionsOf } from '../submissions/read-by-person.ts';
import { formSubmissions } from '../submissions/store.ts';

export const submissions = sectionOfRecords(
  {
    name: 'form-submissions',
    order: 105,
    title: 'Forms in progress',
    about: 'Forms sent with your address that are still being processed, with what was entered.',
    columns: ['submitted_at', 'form_id', 'entered', 'topics', 'list_id', 'evidence', 'events', 'properties', 'id'],
  },
  async (person, context) =>
    (await readSubmissionsOf(person, context)).map((item) => {
      const { id, formId, submittedAt, work } = formSubmissions.fromItem(item);
      return {
        submitted_at: submittedAt,
        form_id: formId,
        entered: work?.person ?? null,
        topics: work?.topics ?? [],
        list_id: work?.listId ?? null,
        evidence: work?.evidence ?? null,
        events: work?.metrics ?? [],
        properties: work?.properties ?? {},
        id,
      };
    }),
);
