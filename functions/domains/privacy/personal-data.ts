import { olderVersions } from '../../model/personal-data/files.ts';
import type { PersonalData } from '../../model/personal-data/personal-data.ts';
import { rateCounts } from '../../platform/http/throttle.ts';
import { messageErrors } from '../../platform/workers/last-error.ts';
import type { PersonRecord } from '../profiles/records/person-record.ts';
import { ACCESS_PREFIX } from './access/job.ts';
import { ownSections } from './access/sections.ts';
import { accessJobs } from './access/store.ts';
import { declarations } from './declarations/declarations.ts';
import { deletionJobs } from './deletions/store.ts';
import { ownFolders } from './folders.ts';
import { sweepRequests, sweeps } from './sweep-job.ts';

export const personalData: PersonalData<PersonRecord> = {
  items: [
    {
      entity: deletionJobs,
      section: 'erasures',
      outlives:
        'The certificate of erasure: counts, ledger ends and profile ids. Its identifiers are removed on completion.',
    },
    {
      entity: accessJobs,
      outlives:
        'The record of who downloaded which access file, and when. It has ids of profiles and a keyed hash of the subject.',
    },
  ],
  impersonalItems: [
    { entity: sweeps, reason: 'The progress of a sweep of files.' },
    { entity: sweepRequests, reason: 'The id of a deletion job.' },
    { entity: rateCounts, reason: 'A count of requests by a key.' },
    { entity: messageErrors, reason: 'Names of errors, without their text.' },
  ],
  folders: ownFolders,
  export: { sections: ownSections },
  erase: { listFiles: async (_, { account, imports }) => [olderVersions(`${ACCESS_PREFIX}${account}/`, imports())] },
};

export const allDeclarations: readonly PersonalData<PersonRecord>[] = [...declarations, personalData];
