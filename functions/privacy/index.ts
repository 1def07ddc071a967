import type { Domain } from '../domain.ts';
import { failAccess } from './access/fail.ts';
import { giveAccess } from './access/run.ts';
import { ACCESS_PERSON } from './access/start.ts';
import { ERASE } from './deletion.ts';
import { erase } from './erase.ts';
import { failErasure, failSweep } from './fail.ts';
import * as access from './routes/access.ts';
import * as deletions from './routes/deletions.ts';
import { SWEEP, sweep } from './sweep.ts';

/** What people may ask of whoever holds data on them. */
export const privacy: Domain = {
  name: 'privacy',
  routes: { ...deletions, ...access },
  triggers: [
    { on: 'message', kind: ERASE, handle: erase, fail: failErasure },
    { on: 'message', kind: SWEEP, handle: sweep, fail: failSweep },
    { on: 'message', kind: ACCESS_PERSON, handle: giveAccess(), fail: failAccess },
  ],
  uses: ['table', 'imports', 'queue'],
  workerUses: ['table:erase', 'imports', 'imports:erase', 'archive:erase', 'queue', 'schedule'],
  exhaustedUses: ['table', 'queue', 'schedule'],
};
