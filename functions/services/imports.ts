import * as jobs from '../api/klaviyo/imports/jobs.ts';
import { routes as mappings } from '../api/klaviyo/imports/mappings.ts';
import * as uploads from '../api/klaviyo/imports/uploads.ts';
import { kinds } from '../domains/imports/kinds/names.ts';
import { mappingSuffix, suffixes, workbookSuffixes } from '../domains/imports/names/suffixes.ts';
import {
  dryRunFolder,
  openFolders,
  reportsFolder,
  sftpFolder,
  uploadFolders,
  workFolder,
} from '../domains/imports/places/folders.ts';
import { chunkJob, importJob } from '../domains/imports/run/jobs.ts';
import { COPY_TRIED, copyDryRunFile, failCopy } from '../domains/imports/uploads/copy.ts';
import { expireUpload, failExpiry, UPLOAD_IS_DUE } from '../domains/imports/uploads/expiry.ts';
import {
  failArrived,
  failForgotten,
  failTransferred,
  importTransferred,
  importUnannounced,
  lookLater,
} from '../domains/imports/uploads/transfers.ts';
import { failUpload, startImport } from '../domains/imports/uploads/uploads.ts';
import { onDeadLetter } from '../domains/receipts/rejected/on-dead-letter.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

const files = [...suffixes, ...workbookSuffixes];
const acceptedSuffixes = [...files, mappingSuffix];

export const imports: ServiceDeclaration = {
  name: 'imports',
  routes: { ...jobs, ...mappings, ...uploads },
  onDeadLetter,
  triggers: [
    ...kinds.flatMap((kind) =>
      [{ kind }, { kind, isDryRun: true }].map(
        (as) =>
          ({
            on: 'upload',
            prefix: `${'isDryRun' in as ? dryRunFolder : ''}${kind}/`,
            suffixes: acceptedSuffixes,
            handle: startImport(as),
            fail: failUpload(as),
          }) as const,
      ),
    ),
    {
      on: 'transfer',
      prefix: sftpFolder,
      suffixes: acceptedSuffixes,
      handle: importTransferred,
      fail: failTransferred,
    },
    { on: 'upload', prefix: sftpFolder, suffixes: files, handle: lookLater, fail: failArrived },
    { on: 'message', kind: 'sent-by-sftp', handle: importUnannounced, fail: failForgotten },
    { on: 'message', kind: COPY_TRIED, handle: copyDryRunFile, fail: failCopy },
    { on: 'message', kind: UPLOAD_IS_DUE, handle: expireUpload, fail: failExpiry },
    importJob,
    chunkJob,
  ],
  uses: [
    'table',
    'queue',
    'schedule',
    {
      bucket: 'imports',
      // The mapping of a corrected file is copied from the original file, which may have come by SFTP.
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
    'schedule',
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
  exhaustedUses: [
    'table',
    'queue',
    'schedule',
    // An upload may be one of our reports, or a repeated file. SFTP users get a result file.
    { bucket: 'imports', read: uploadFolders, readVersions: uploadFolders, write: [sftpFolder] },
  ],
};

export const { http, queue, exhausted } = lambda(imports);
