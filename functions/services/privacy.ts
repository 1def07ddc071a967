import * as access from '../api/klaviyo/privacy/access.ts';
import * as deletions from '../api/klaviyo/privacy/deletions.ts';
import { failAccess } from '../domains/privacy/access/fail.ts';
import { ACCESS } from '../domains/privacy/access/job.ts';
import { giveAccess } from '../domains/privacy/access/run.ts';
import { ACCESS_PERSON } from '../domains/privacy/access/start.ts';
import { ERASE } from '../domains/privacy/deletions/deletion.ts';
import { erase } from '../domains/privacy/erase.ts';
import { failErasure, failSweep } from '../domains/privacy/fail.ts';
import { allHolders } from '../domains/privacy/personal-data.ts';
import { SWEEP, sweep } from '../domains/privacy/sweep.ts';
import type { Folder } from '../model/personal-data/files.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { Domain } from '../platform/service/service.ts';

/** The folders of a bucket whose objects a sweep changes in one of these ways. */
const foldersOf = (bucket: Folder['bucket'], ...changes: readonly Folder['change'][]): string[] =>
  allHolders
    .flatMap(({ folders }) => folders)
    .flatMap((folder) => (folder.bucket === bucket && changes.includes(folder.change) ? [folder.prefix] : []));

/** Where people are looked for. What else lies in the bucket is removed as a whole. */
const searched = foldersOf('imports', 'rewrite', 'rewrite-as-stream');
const archive = foldersOf('archive', 'rewrite');

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
      write: foldersOf('imports', 'rewrite'),
      writeParts: [...foldersOf('imports', 'rewrite-as-stream'), ACCESS],
      remove: [ACCESS],
      erase: [...searched, ...foldersOf('imports', 'remove')],
    },
    { bucket: 'archive', read: archive, readVersions: archive, write: archive, erase: archive },
  ],
  exhaustedUses: ['table', 'queue', 'schedule'],
};

export const { http, queue, exhausted } = lambda(privacy);
