import { routes as versions } from '../api/klaviyo/forms/form-versions.ts';
import { routes as publishing } from '../api/klaviyo/forms/publish-jobs.ts';
import { routes as resource } from '../api/klaviyo/forms/resource.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

export const forms: ServiceDeclaration = {
  name: 'forms',
  routes: { ...resource, ...versions, ...publishing },
  triggers: [],
  uses: ['table'],
};

export const { http } = lambda(forms);
