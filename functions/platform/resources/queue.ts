import * as v from 'valibot';
import { openQueue, type Queue } from '../queues/queue.ts';
import { openedAtOnce } from './declaration.ts';
import { schedule } from './schedule.ts';

/**
 * The service's own queues of messages, which exist where it has triggers that need them: the first one, or one of those
 * that it declares, by its name. Throws where there is none, or the service doesn't use it.
 */
export const queue = openedAtOnce({
  uses: ['queue'],
  env: {
    QUEUE_URL: v.optional(v.string()),
    /** Of the further queues, by their names, as JSON. */
    QUEUE_URLS: v.optional(v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()))),
  },
  open: ({ QUEUE_URL, QUEUE_URLS = {} }, { connection, openIfUsed }): ((name?: string) => Queue) => {
    const opened = new Map<string | undefined, Queue>();
    return (name) => {
      const known = opened.get(name);
      if (known) return known;
      const url = name === undefined ? QUEUE_URL : QUEUE_URLS[name];
      if (url === undefined)
        throw new Error(
          `${name === undefined ? 'QUEUE_URL' : `The URL of ${name}`} is not set: the service has to declare that it uses queue.`,
        );
      // Schedules send to the first queue.
      const made = openQueue(url, connection, name === undefined ? openIfUsed(schedule) : undefined);
      opened.set(name, made);
      return made;
    };
  },
});
