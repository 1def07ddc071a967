import { sectionOfRecords } from '../../../model/personal-data/section.ts';
import { unpackPayload } from '../rejected/payload.ts';
import { readRejectedOf } from '../rejected/read-by-person.ts';
import { rejectedItems } from '../rejected/store.ts';

export const rejected = sectionOfRecords(
  {
    name: 'rejected-items',
    order: 107,
    title: 'Refused input',
    about: 'What was sent about you in the last 14 days and not accepted, with the reason.',
    columns: ['received_at', 'what', 'source', 'reasons', 'content', 'id'],
  },
  async (person, context) =>
    (await readRejectedOf(person, context)).map((item) => {
      const { id, receivedAt, what, source, reasons, payload } = rejectedItems.fromItem(item);
      return {
        received_at: receivedAt,
        what,
        source,
        reasons: reasons.map(({ detail }) => detail),
        content: payload === undefined ? null : unpackPayload(payload),
        id,
      };
    }),
);
