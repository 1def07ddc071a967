import type { Domain } from '../domain.ts';
import * as routes from './routes.ts';

export const profiles: Domain = { name: 'profiles', routes, triggers: [], uses: ['table'] };
