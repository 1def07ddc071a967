import * as scripts from '../api/onsite/script-routes.ts';
import * as visitors from '../api/onsite/visitor-routes.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

export const onsite: ServiceDeclaration = {
  name: 'onsite',
  routes: { ...scripts, ...visitors },
  triggers: [],
  uses: ['table'],
};

export const { http } = lambda(onsite);
