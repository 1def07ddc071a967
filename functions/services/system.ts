import * as routes from '../api/system/routes.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { Domain } from '../platform/service/service.ts';

export const system: Domain = { name: 'system', routes, triggers: [], uses: [], answersUnknownPaths: true };

export const { http } = lambda(system);
