import * as v from 'valibot';
import { openQueue, type Queue } from '../queues/queue.ts';
import { eagerResource } from './declaration.ts';
import { schedule } from './schedule.ts';

/**
 * The service's own message queues: the first one, or a declared one by its name. A queue exists if a trigger needs it.
 * Throws if it does not exist, or if the service does not use it.
 */
export const queue = eagerResource({
  uses: ['queue'],
  env: {
    QUEUE_URL: v.optional(v.string()),
    /** The URLs of the other queues by name, as JSON. */
    QUEUE_URLS: v.optional(v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()))),
  },
  open: ({ QUEUE_URL, QUEUE_URLS = {} }, { connection, openIfUsed }): ((name?: string) => Queue) => {
    const queues = new Map<string | undefined, Queue>();
    return (name) => {
      const openedQueue = queues.get(name);
      if (openedQueue) return openedQueue;
      const url = name === undefined ? QUEUE_URL : QUEUE_URLS[name];
      if (url === undefined)
        throw new Error(
          `${name === undefined ? 'QUEUE_URL' : `The URL of ${name}`} is not set: the service has to declare that it uses queue.`,
        );
      // Schedules always send to the first queue.
      const newQueue = openQueue(url, connection, name === undefined ? openIfUsed(schedule) : undefined);
      queues.set(name, newQueue);
      return newQueue;
    };
  },
});
