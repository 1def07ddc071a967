import type { Domain } from '../domain.ts';
import { kinds, suffixes } from './kind.ts';
import * as routes from './routes.ts';
import { lookLater, takeForgotten, takeTransferred } from './sftp.ts';
import { sftpFolder } from './sftp-place.ts';
import { takeUp } from './uploads.ts';
import { workOn } from './work.ts';

export const imports: Domain = {
  name: 'imports',
  routes,
  triggers: [
    ...kinds.flatMap((kind) =>
      suffixes.map((suffix) => ({ on: 'upload', prefix: `${kind}/`, suffix, handle: takeUp(kind) }) as const),
    ),
    { on: 'transfer', prefix: sftpFolder, suffix: '.csv', handle: takeTransferred },
    { on: 'upload', prefix: sftpFolder, suffix: '.csv', handle: lookLater },
    { on: 'message', kind: 'sent-by-sftp', handle: takeForgotten },
    { on: 'message', kind: 'import', handle: workOn() },
  ],
  uses: ['table', 'imports', 'queue'],
};
