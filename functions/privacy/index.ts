import { ARCHIVE } from '../archive/place.ts';
import type { Domain } from '../domain.ts';
import { reportsFolder, uploadFolders, workFolder } from '../imports/folders.ts';
import { BULK } from '../profiles/bulk/store.ts';
import { failAccess } from './access/fail.ts';
import { ACCESS } from './access/job.ts';
import { giveAccess } from './access/run.ts';
import { ACCESS_PERSON } from './access/start.ts';
import { ERASE } from './deletion.ts';
import { erase } from './erase.ts';
import { failErasure, failSweep } from './fail.ts';
import * as access from './routes/access.ts';
import * as deletions from './routes/deletions.ts';
import { SWEEP, sweep } from './sweep.ts';

/** Where people are looked for. What else lies in the bucket is removed as a whole. */
const searched = [...uploadFolders, reportsFolder, BULK];

/** What people may ask of whoever holds data on them. */
export const privacy: Domain = {
  name: 'privacy',
  routes: { ...deletions, ...access },
  triggers: [
    { on: 'message', kind: ERASE, handle: erase, fail: failErasure },
    { on: 'message', kind: SWEEP, handle: sweep, fail: failSweep },
    { on: 'message', kind: ACCESS_PERSON, handle: giveAccess(), fail: failAccess },
  ],
  uses: ['table', 'queue', { bucket: 'imports', link: [ACCESS] }],
  workerUses: [
    'table:erase',
    'queue',
    'schedule',
    {
      bucket: 'imports',
      read: [...searched, ACCESS],
      readVersions: searched,
      write: [reportsFolder, BULK],
      writeParts: [...uploadFolders, ACCESS],
      remove: [ACCESS],
      erase: [...searched, workFolder, ACCESS],
    },
    { bucket: 'archive', read: [ARCHIVE], readVersions: [ARCHIVE], write: [ARCHIVE], erase: [ARCHIVE] },
  ],
  exhaustedUses: ['table', 'queue', 'schedule'],
};
