import type { Folder } from '../../../model/personal-data/files.ts';
import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { chunks, contents, failedRows, jobs, reportPlaces, writtenReports } from '../jobs/store.ts';
import { savedMappings } from '../mappings/store.ts';
import { reportsFolder, uploadFolders, workFolder } from '../places/folders.ts';
import { importPlaces } from './file-places.ts';
import { dryRuns, imports } from './sections.ts';

const uploads = uploadFolders.map((prefix): Folder => ({ bucket: 'imports', prefix, change: 'rewrite-as-stream' }));

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
  folders: [
    ...uploads,
    { bucket: 'imports', prefix: reportsFolder, change: 'rewrite' },
    { bucket: 'imports', prefix: workFolder, change: 'remove' },
  ],
  export: { sections: [imports, dryRuns] },
  erase: { listFiles: importPlaces },
};
