import { describe } from '../../platform/log.ts';
import type { Services } from '../../platform/resources/services.ts';
import type { Inserted } from '../../platform/workers/trigger.ts';
import type { Event } from '../events/records/event.ts';
import { eventIn } from '../events/records/stored.ts';
import { archiveEvents } from './write.ts';

/** Archives events that were stored, and answers those that can't be read: their neighbours don't wait for them. */
export const takeIn = async (inserted: readonly Inserted[], services: Services): Promise<readonly Inserted[]> => {
  const events: Event[] = [];
  const unreadable: Inserted[] = [];
  for (const one of inserted) {
    try {
      events.push(eventIn(one.item));
    } catch (error) {
      services.log.error('event not archived', { sequenceNumber: one.sequenceNumber, ...describe(error) });
      unreadable.push(one);
    }
  }
  await archiveEvents(events, services);
  return unreadable;
};
