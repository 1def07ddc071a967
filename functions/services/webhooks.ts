import * as deliveries from '../api/klaviyo/webhooks/deliveries.ts';
import * as resending from '../api/klaviyo/webhooks/resend-jobs.ts';
import { routes as resource } from '../api/klaviyo/webhooks/resource.ts';
import { routes as topics } from '../api/klaviyo/webhooks/topics.ts';
import { onDeadLetter } from '../domains/receipts/rejected/on-dead-letter.ts';
import { urgentTypes, watchedTypes } from '../domains/webhooks/changes/fact-of.ts';
import { createDeliveries } from '../domains/webhooks/deliveries/create.ts';
import { sendDeliveries } from '../domains/webhooks/deliveries/run.ts';
import { requeueDeliveries, SEND_DELIVERIES } from '../domains/webhooks/deliveries/wake.ts';
import { resendJob } from '../domains/webhooks/resend/job.ts';
import { serveChanges } from '../platform/changes/consumer.ts';
import { CHANGES_QUEUE } from '../platform/changes/trigger.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

/** Tells other systems about changes. */
export const webhooks: ServiceDeclaration = {
  name: 'webhooks',
  routes: { ...resource, ...topics, ...deliveries, ...resending },
  onDeadLetter,
  triggers: [
    {
      on: 'change',
      types: watchedTypes,
      urgentTypes,
      images: 'both',
      orderedBy: 'profile',
      // A message for each profile would cost every event more than its archive does.
      lanes: 8,
      handle: createDeliveries,
    },
    { on: 'message', kind: SEND_DELIVERIES, handle: sendDeliveries, fail: requeueDeliveries },
    resendJob,
  ],
  // A run waits for its receiver, for five seconds if it is dead.
  firstQueue: { messagesAtOnce: 10, memoryMb: 768 },
  queues: [{ name: CHANGES_QUEUE, isFifo: true, memoryMb: 768, concurrency: 4 }],
  uses: ['table', 'queue', 'fetch', 'busName'],
  workerUses: ['table', 'queue', 'fetch', 'mail', 'bus'],
};

export const { http, queue, exhausted } = lambda(webhooks);
export const change = serveChanges(webhooks);
