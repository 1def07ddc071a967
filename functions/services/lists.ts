import { routes } from '../api/klaviyo/lists/resource.ts';
import * as replayJobs from '../api/klaviyo/rejected/replay-jobs.ts';
import * as rejected from '../api/klaviyo/rejected/routes.ts';
import { replayJob } from '../api/replays/replay-job.ts';
import { listDeletionJob } from '../domains/lists/delete.ts';
import { onDeadLetter } from '../domains/receipts/rejected/on-dead-letter.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

/**
 * Lists, and rejected items. A service of their own would bring eight alarms more, $0.80 a month, for calls that are
 * rare.
 */
export const lists: ServiceDeclaration = {
  name: 'lists',
  routes: { ...routes, ...rejected, ...replayJobs },
  onDeadLetter,
  triggers: [listDeletionJob, replayJob],
  uses: ['table', 'table:check', 'queue'],
  // A replay does what the routes and workers of other services do.
  workerUses: ['table', 'table:check', 'table:create-many', 'queue', 'mail', 'fetch'],
};

export const { http, queue, exhausted } = lambda(lists);
