import type { Section } from '../../../model/personal-data/section.ts';
import { bulkRowsAbout } from '../person-rows.ts';

export const bulkImports: Section = {
  name: 'bulk-imports',
  order: 160,
  title: 'Imports by calls',
  about: 'Your rows in bulk imports, with the reason for each refused row.',
  columns: ['imported_at', 'row', 'content', 'refused', 'job'],
  async *read(person, place, context) {
    for await (const { job, rows } of bulkRowsAbout(person, place, context)) {
      const records = rows.map(({ row, profile, error }) => ({
        imported_at: job.createdAt,
        row,
        content: profile ?? null,
        refused: error ?? null,
        job: job.id,
      }));
      yield { records, place: job.id };
    }
  },
};
