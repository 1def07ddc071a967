import { olderVersions } from '../../../model/personal-data/files.ts';
import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { EXPORTS_PREFIX } from '../records/job.ts';
import { exportJobs } from '../records/store.ts';
import { folders } from './folders.ts';

/** An export has data of all people: `removeExports` removes it with the first of them who is erased. */
export const personalData: PersonalData = {
  items: [],
  impersonalItems: [
    { entity: exportJobs, reason: 'Counts, and the position of an open export, which ends with an erasure.' },
  ],
  folders,
  export: { sections: [] },
  erase: { listFiles: async (_, { account, imports }) => [olderVersions(`${EXPORTS_PREFIX}${account}/`, imports())] },
};
