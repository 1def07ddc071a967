import type { Change } from '../../platform/changes/change.ts';
import { errorFields } from '../../platform/log.ts';
import type { Services } from '../../platform/resources/services.ts';
import type { Event } from '../events/records/event.ts';
import { parseEvent } from '../events/records/read-events.ts';
import { dropErased } from './drop-erased.ts';
import { archiveEvents } from './write.ts';

/** Archives stored events. Returns the changes that cannot be read, so that they do not block the others. */
export const archiveChanges = async (changes: readonly Change[], services: Services): Promise<readonly Change[]> => {
  const events: { readonly event: Event; readonly at: string }[] = [];
  const unreadable: Change[] = [];
  for (const change of changes) {
    try {
      events.push({ event: parseEvent(change.after ?? {}), at: change.at });
    } catch (error) {
      services.log.error('event not archived', { position: change.position, ...errorFields(error) });
      unreadable.push(change);
    }
  }
  await archiveEvents(await dropErased(events, services), services);
  return unreadable;
};
