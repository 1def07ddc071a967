import type { Domain } from '../domain.ts';
import * as own from './routes/lists.ts';

export const lists: Domain = {
  name: 'lists',
  routes: own,
  triggers: [],
  uses: ['table'],
};
