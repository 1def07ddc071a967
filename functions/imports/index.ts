import type { Domain } from '../domain.ts';
import { failImport } from './fail.ts';
import { dryRunFolder, kinds, mappingSuffix, suffixes } from './kind.ts';
import * as jobs from './routes/jobs.ts';
import * as mappings from './routes/mappings.ts';
import * as uploads from './routes/uploads.ts';
import {
  failArrived,
  failForgotten,
  failTransferred,
  lookLater,
  takeForgotten,
  takeTransferred,
} from './sftp/arrived.ts';
import { sftpFolder } from './sftp/place.ts';
import { COPY_TRIED, copyTried, expireUpload, failCopy, failExpiry, UPLOAD_IS_DUE } from './uploads/awaited.ts';
import { failUpload, takeUp } from './uploads/uploads.ts';
import { workOn } from './work.ts';

const taken = [...suffixes, mappingSuffix];

export const imports: Domain = {
  name: 'imports',
  routes: { ...jobs, ...mappings, ...uploads },
  triggers: [
    ...kinds.flatMap((kind) =>
      [{ kind }, { kind, isDryRun: true }].map(
        (as) =>
          ({
            on: 'upload',
            prefix: `${'isDryRun' in as ? dryRunFolder : ''}${kind}/`,
            suffixes: taken,
            handle: takeUp(as),
            fail: failUpload(as),
          }) as const,
      ),
    ),
    { on: 'transfer', prefix: sftpFolder, suffixes: taken, handle: takeTransferred, fail: failTransferred },
    { on: 'upload', prefix: sftpFolder, suffixes, handle: lookLater, fail: failArrived },
    { on: 'message', kind: 'sent-by-sftp', handle: takeForgotten, fail: failForgotten },
    { on: 'message', kind: COPY_TRIED, handle: copyTried, fail: failCopy },
    { on: 'message', kind: UPLOAD_IS_DUE, handle: expireUpload, fail: failExpiry },
    { on: 'message', kind: 'import', handle: workOn(), fail: failImport },
  ],
  uses: ['table', 'imports', 'imports:erase', 'queue', 'schedule'],
  exhaustedUses: ['table', 'imports', 'queue', 'schedule'],
};
