import * as v from 'valibot';
import { openQueue, type Queue } from '../queues/queue.ts';
import { openedOnCall } from './declaration.ts';
import { schedule } from './schedule.ts';

/** The service's own queue, which exists where it has triggers that need one. */
export const queue = openedOnCall({
  env: { QUEUE_URL: v.string() },
  open: ({ QUEUE_URL }, { connection, openIfUsed }): Queue => openQueue(QUEUE_URL, connection, openIfUsed(schedule)),
});
