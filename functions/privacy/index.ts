import type { Domain } from '../domain.ts';
import { giveAccess } from './access/run.ts';
import { ACCESS_PERSON } from './access/start.ts';
import { ERASE } from './deletion.ts';
import { erase } from './erase.ts';
import * as access from './routes/access.ts';
import * as deletions from './routes/deletions.ts';
import { SWEEP, sweep } from './sweep.ts';

/** What people may ask of whoever holds data on them. */
export const privacy: Domain = {
  name: 'privacy',
  routes: { ...deletions, ...access },
  triggers: [
    { on: 'message', kind: ERASE, handle: erase },
    { on: 'message', kind: SWEEP, handle: sweep },
    { on: 'message', kind: ACCESS_PERSON, handle: giveAccess() },
  ],
  uses: ['table', 'imports', 'queue'],
  workerUses: ['table:erase', 'imports', 'imports:erase', 'archive:erase', 'queue'],
};
