import { type Examples, ids } from './people.ts';

export const exportExamples: Examples = {
  createExportJob: { data: { type: 'export-job', attributes: { kind: 'profiles', format: 'csv' } } },
  updateExportJob: { data: { type: 'export-job', id: ids.job, attributes: { status: 'cancelled' } } },
};
