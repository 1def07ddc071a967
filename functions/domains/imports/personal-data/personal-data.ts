import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { chunks, contents, failedRows, jobs, reportPlaces, writtenReports } from '../jobs/store.ts';
import { savedMappings } from '../mappings/store.ts';
import { importPlaces } from './file-places.ts';
import { folders } from './folders.ts';
import { dryRuns, imports } from './sections.ts';

export const personalData: PersonalData = {
  items: [
    {
      entity: jobs,
      section: 'imports',
      outlives: 'A job keeps its counts. A file that is named after the person loses its name.',
    },
    { entity: failedRows, section: 'imports' },
    { entity: reportPlaces, section: 'imports' },
  ],
  impersonalItems: [
    { entity: chunks, reason: 'Places in a file, and counts.' },
    { entity: writtenReports, reason: 'A hash of a whole file.' },
    { entity: contents, reason: 'A hash of all rows of a file.' },
    { entity: savedMappings, reason: 'Names of columns.' },
  ],
  folders,
  export: { sections: [imports, dryRuns] },
  erase: { listFiles: importPlaces },
};
