import type { Domain } from '../domain.ts';
import { openFolders, reportsFolder, uploadFolders, workFolder } from './folders.ts';
import { dryRunFolder, kinds, mappingSuffix, suffixes } from './kind.ts';
import * as jobs from './routes/jobs.ts';
import * as mappings from './routes/mappings.ts';
import * as uploads from './routes/uploads.ts';
import { lookLater, takeForgotten, takeTransferred } from './sftp/arrived.ts';
import { sftpFolder } from './sftp/place.ts';
import { COPY_TRIED, copyTried, expireUpload, UPLOAD_IS_DUE } from './uploads/awaited.ts';
import { takeUp } from './uploads/uploads.ts';
import { workOn } from './work.ts';

const taken = [...suffixes, mappingSuffix];

export const imports: Domain = {
  name: 'imports',
  routes: { ...jobs, ...mappings, ...uploads },
  triggers: [
    ...kinds.flatMap((kind) => [
      { on: 'upload', prefix: `${kind}/`, suffixes: taken, handle: takeUp({ kind }) } as const,
      {
        on: 'upload',
        prefix: `${dryRunFolder}${kind}/`,
        suffixes: taken,
        handle: takeUp({ kind, isDryRun: true }),
      } as const,
    ]),
    { on: 'transfer', prefix: sftpFolder, suffixes: taken, handle: takeTransferred },
    { on: 'upload', prefix: sftpFolder, suffixes, handle: lookLater },
    { on: 'message', kind: 'sent-by-sftp', handle: takeForgotten },
    { on: 'message', kind: COPY_TRIED, handle: copyTried },
    { on: 'message', kind: UPLOAD_IS_DUE, handle: expireUpload },
    { on: 'message', kind: 'import', handle: workOn() },
  ],
  uses: [
    'table',
    'queue',
    {
      bucket: 'imports',
      // A mapping is taken over from the file that is mended, which may have come by SFTP.
      read: [...uploadFolders, reportsFolder],
      readVersions: [dryRunFolder, sftpFolder],
      write: openFolders,
    },
  ],
  workerUses: [
    'table',
    'table:create-many',
    'table:update-many',
    'table:check',
    'queue',
    {
      bucket: 'imports',
      read: [...uploadFolders, reportsFolder, workFolder],
      readVersions: uploadFolders,
      write: [reportsFolder, workFolder],
      writeParts: uploadFolders,
      remove: [reportsFolder, workFolder],
      erase: [...uploadFolders, workFolder],
    },
  ],
};
