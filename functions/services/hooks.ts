import { receiveHook } from '../api/hooks/routes.ts';
import { routes as resource } from '../api/klaviyo/integrations/resource.ts';
import { failDelivery, processDelivery } from '../domains/integrations/process/process.ts';
import { HOOK_DELIVERY, HOOKS_QUEUE } from '../domains/integrations/receive/accept.ts';
import { HOOKS } from '../domains/integrations/receive/message.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

/** Takes webhooks of other systems. */
export const hooks: ServiceDeclaration = {
  name: 'hooks',
  routes: { ...resource, receiveHook },
  triggers: [{ on: 'message', kind: HOOK_DELIVERY, queue: HOOKS_QUEUE, handle: processDelivery, fail: failDelivery }],
  queues: [{ name: HOOKS_QUEUE, timeoutSeconds: 60, memoryMb: 768, concurrency: 5 }],
  uses: ['table', 'queue', { bucket: 'imports', write: [HOOKS] }],
  workerUses: [
    'table',
    'table:check',
    'table:create-many',
    'table:update-many',
    'queue',
    // Some vendors' payloads only name things, which are read from their APIs.
    'fetch',
    { bucket: 'imports', read: [HOOKS], remove: [HOOKS] },
  ],
  exhaustedUses: ['table', 'queue', { bucket: 'imports', read: [HOOKS] }],
};

export const { http, queue, exhausted } = lambda(hooks);
