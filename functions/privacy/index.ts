import type { Domain } from '../domain.ts';
import { ERASE } from './deletion.ts';
import { erase } from './erase.ts';
import * as deletions from './routes/deletions.ts';

/** What people may ask of whoever holds data on them. */
export const privacy: Domain = {
  name: 'privacy',
  routes: { ...deletions },
  triggers: [{ on: 'message', kind: ERASE, handle: erase }],
  uses: ['table', 'queue'],
  workerUses: ['table:erase', 'queue'],
};
