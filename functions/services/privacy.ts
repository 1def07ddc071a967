import * as exportJobs from '../api/klaviyo/exports/routes.ts';
import * as access from '../api/klaviyo/privacy/access.ts';
import * as deletions from '../api/klaviyo/privacy/deletions.ts';
import { EXPORTS_PREFIX } from '../domains/exports/records/job.ts';
import { exportJob } from '../domains/exports/run.ts';
import { ACCESS_PREFIX } from '../domains/privacy/access/job.ts';
import { accessJob } from '../domains/privacy/access/run.ts';
import { erasure } from '../domains/privacy/erase.ts';
import { allFolders } from '../domains/privacy/folders.ts';
import { sweep } from '../domains/privacy/sweep.ts';
import { onDeadLetter } from '../domains/receipts/rejected/on-dead-letter.ts';
import type { Folder } from '../model/personal-data/files.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

/** The folders of a bucket whose objects a sweep changes in one of these ways. */
const foldersOf = (bucket: Folder['bucket'], ...changes: readonly Folder['change'][]): string[] =>
  allFolders.flatMap((folder) => (folder.bucket === bucket && changes.includes(folder.change) ? [folder.prefix] : []));

/** Where people are looked for. What else lies in the bucket is removed as a whole. */
const searched = foldersOf('imports', 'rewrite', 'rewrite-as-stream');
const archive = foldersOf('archive', 'rewrite');

/** Data subject requests, which are access and erasure, and exports of everyone's data. */
export const privacy: ServiceDeclaration = {
  name: 'privacy',
  routes: { ...deletions, ...access, ...exportJobs },
  onDeadLetter,
  triggers: [erasure, sweep, accessJob, exportJob],
  uses: [
    'table',
    'queue',
    {
      bucket: 'imports',
      // Lists what a canceled export has written.
      read: [EXPORTS_PREFIX],
      link: [ACCESS_PREFIX, EXPORTS_PREFIX],
      remove: [EXPORTS_PREFIX],
    },
  ],
  workerUses: [
    'table:erase',
    'queue',
    'schedule',
    {
      bucket: 'imports',
      read: [...searched, ACCESS_PREFIX, EXPORTS_PREFIX],
      readVersions: searched,
      write: [...foldersOf('imports', 'rewrite'), EXPORTS_PREFIX],
      writeParts: [...foldersOf('imports', 'rewrite-as-stream'), ACCESS_PREFIX, EXPORTS_PREFIX],
      remove: [ACCESS_PREFIX, EXPORTS_PREFIX],
      erase: [...searched, ...foldersOf('imports', 'remove')],
    },
    { bucket: 'archive', read: archive, readVersions: archive, write: archive, erase: archive },
  ],
  exhaustedUses: ['table', 'queue', 'schedule'],
};

export const { http, queue, exhausted } = lambda(privacy);
