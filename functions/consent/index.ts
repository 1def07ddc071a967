import type { Domain } from '../domain.ts';
import * as client from './routes/client.ts';
import * as subscriptions from './routes/subscriptions.ts';
import * as suppressions from './routes/suppressions.ts';
import { SUPPRESS_LIST, suppressList } from './suppress-list.ts';

export const consent: Domain = {
  name: 'consent',
  routes: { ...subscriptions, ...suppressions, ...client },
  triggers: [{ on: 'message', kind: SUPPRESS_LIST, handle: suppressList }],
  uses: ['table', 'queue'],
};
