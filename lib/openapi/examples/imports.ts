import { type Examples, ids } from './people.ts';

const mapping = {
  columns: { Kundennummer: 'External ID', Notiz: null },
  constants: { Country: 'DE' },
  dates: 'day-first',
  consent: { basis: 'Collected on paper at the fair', at: '2026-05-01T10:00:00Z' },
};

export const importExamples: Examples = {
  createImportJob: {
    data: {
      type: 'import-job',
      attributes: { kind: 'profiles', file_name: 'people.csv', size: 20_480, content_type: 'text/csv', mapping },
    },
  },
  updateImportJob: { data: { type: 'import-job', id: ids.job, attributes: { status: 'paused' } } },
  createImportMapping: {
    data: {
      type: 'import-mapping',
      attributes: {
        name: 'Cash register',
        kind: 'profiles',
        headers: ['Email', 'Kundennummer', 'Notiz'],
        mapping,
      },
    },
  },
  updateImportMapping: {
    data: { type: 'import-mapping', id: ids.mapping, attributes: { name: 'Both cash registers' } },
  },
};
