import { archiveChanges } from '../domains/archive/archive-changes.ts';
import { ARCHIVE_PREFIX } from '../domains/archive/keys.ts';
import { isCatalogChange, markChangedCatalogs, markedTypes } from '../domains/catalog/mark-changes.ts';
import { noteProperties } from '../domains/events/metrics/properties/note.ts';
import { Event } from '../domains/events/records/event.ts';
import { isEventChange, isEventInsert } from '../domains/events/records/read-events.ts';
import { totalChanges } from '../domains/events/totals/total-changes.ts';
import { countProducts } from '../domains/product-feeds/rankings/count-products.ts';
import { countedAttributes, countedTypes } from '../domains/receipts/counts/contributions.ts';
import { countChanges } from '../domains/receipts/counts/count-changes.ts';
import type { Change } from '../platform/changes/change.ts';
import { serveChanges } from '../platform/changes/consumer.ts';
import { CHANGES_QUEUE } from '../platform/changes/trigger.ts';
import type { Services } from '../platform/resources/services.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

/**
 * Counts what was received and the products that it names, archives the events, adds them to the totals of their
 * metrics, and marks changed catalogs. One consumer for all: every event is sent to it once.
 */
const countAndArchive = async (changes: readonly Change[], services: Services): Promise<readonly Change[]> => {
  const { true: ofCatalogs = [], false: others = [] } = Object.groupBy(changes, (one) =>
    isCatalogChange(one) ? 'true' : 'false',
  );
  await markChangedCatalogs(ofCatalogs, services);
  const received = others.filter(({ kind }) => kind !== 'removed');
  const uncounted = await countChanges(received, services);
  const inserts = received.filter(isEventInsert);
  const unarchived = await archiveChanges(inserts, services);
  const unreadable = new Set(unarchived);
  const readable = inserts.filter((one) => !unreadable.has(one));
  await countProducts(readable, services);
  await noteProperties(readable, services);
  const unadded = await totalChanges(others.filter(isEventChange), services);
  return [...new Set([...uncounted, ...unarchived, ...unadded])];
};

/**
 * Every event, kept in a bucket for longer than the table keeps it; the counts of what was received; and the totals of
 * metrics.
 */
export const archive: ServiceDeclaration = {
  name: 'archive',
  routes: {},
  triggers: [
    {
      on: 'change',
      types: [...countedTypes, ...markedTypes],
      images: 'both',
      // Not the payloads of rejected items.
      attributes: [...new Set([...Object.keys(Event.entries), ...countedAttributes])],
      handle: countAndArchive,
    },
  ],
  // Two functions keep up with the usual write rate of the table. The rest of the account's concurrency stays for
  // others.
  queues: [{ name: CHANGES_QUEUE, memoryMb: 768, concurrency: 2 }],
  uses: ['table:read', 'table:query', 'table:count', { bucket: 'archive', write: [ARCHIVE_PREFIX] }],
};

export const change = serveChanges(archive);
