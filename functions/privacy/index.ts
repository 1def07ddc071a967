import { ARCHIVE } from '../archive/place.ts';
import type { Domain } from '../domain.ts';
import { reportsFolder, uploadFolders, workFolder } from '../imports/folders.ts';
import { BULK } from '../profiles/bulk/store.ts';
import { ACCESS } from './access/job.ts';
import { giveAccess } from './access/run.ts';
import { ACCESS_PERSON } from './access/start.ts';
import { ERASE } from './deletion.ts';
import { erase } from './erase.ts';
import * as access from './routes/access.ts';
import * as deletions from './routes/deletions.ts';
import { SWEEP, sweep } from './sweep.ts';

/** Where anything about a person may lie. */
const everywhere = [...uploadFolders, reportsFolder, workFolder, BULK, ACCESS];

/** What people may ask of whoever holds data on them. */
export const privacy: Domain = {
  name: 'privacy',
  routes: { ...deletions, ...access },
  triggers: [
    { on: 'message', kind: ERASE, handle: erase },
    { on: 'message', kind: SWEEP, handle: sweep },
    { on: 'message', kind: ACCESS_PERSON, handle: giveAccess() },
  ],
  uses: ['table', 'queue', { bucket: 'imports', link: [ACCESS] }],
  workerUses: [
    'table:erase',
    'queue',
    {
      bucket: 'imports',
      read: everywhere,
      readVersions: everywhere,
      write: [reportsFolder, BULK],
      writeParts: [...uploadFolders, ACCESS],
      remove: [ACCESS],
      erase: everywhere,
    },
    { bucket: 'archive', read: [ARCHIVE], readVersions: [ARCHIVE], write: [ARCHIVE], erase: [ARCHIVE] },
  ],
};
