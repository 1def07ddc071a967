import type { Domain } from '../domain.ts';
import * as routes from './routes.ts';

export const system: Domain = { name: 'system', routes, triggers: [], uses: [], answersUnknownPaths: true };
