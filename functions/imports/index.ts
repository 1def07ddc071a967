import type { Domain } from '../domain.ts';
import * as routes from './routes.ts';
import { takeUp } from './uploads.ts';
import { workOn } from './work.ts';

export const imports: Domain = {
  name: 'imports',
  routes,
  triggers: [
    { on: 'upload', prefix: 'profiles/', suffix: '.csv', handle: takeUp('profiles') },
    { on: 'upload', prefix: 'events/', suffix: '.csv', handle: takeUp('events') },
    { on: 'message', kind: 'import', handle: workOn() },
  ],
  uses: ['table', 'imports', 'queue'],
};
