import * as routes from '../api/system/routes.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

export const system: ServiceDeclaration = { name: 'system', routes, triggers: [], uses: [], answersUnknownPaths: true };

export const { http } = lambda(system);
