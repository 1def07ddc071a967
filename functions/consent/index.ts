import type { Domain } from '../domain.ts';
import * as subscriptions from './routes/subscriptions.ts';

export const consent: Domain = {
  name: 'consent',
  routes: { ...subscriptions },
  triggers: [],
  uses: ['table', 'queue'],
};
