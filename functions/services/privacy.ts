import * as access from '../api/klaviyo/privacy/access.ts';
import * as deletions from '../api/klaviyo/privacy/deletions.ts';
import { ARCHIVE } from '../domains/archive/place.ts';
import { BULK } from '../domains/bulk-imports/store.ts';
import { reportsFolder, uploadFolders, workFolder } from '../domains/imports/places/folders.ts';
import { failAccess } from '../domains/privacy/access/fail.ts';
import { ACCESS } from '../domains/privacy/access/job.ts';
import { giveAccess } from '../domains/privacy/access/run.ts';
import { ACCESS_PERSON } from '../domains/privacy/access/start.ts';
import { ERASE } from '../domains/privacy/deletions/deletion.ts';
import { erase } from '../domains/privacy/erase.ts';
import { failErasure, failSweep } from '../domains/privacy/fail.ts';
import { SWEEP, sweep } from '../domains/privacy/sweep.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { Domain } from '../platform/service/service.ts';

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

export const { http, queue, exhausted } = lambda(privacy);
