import { archiveChanges } from '../domains/archive/archive-changes.ts';
import { ARCHIVE_PREFIX } from '../domains/archive/keys.ts';
import { eventPrefix } from '../domains/events/records/read-events.ts';
import { serveChanges } from '../platform/changes/consumer.ts';
import { CHANGES_QUEUE } from '../platform/changes/trigger.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

/** Every event, kept in a bucket for longer than the table keeps it. */
export const archive: ServiceDeclaration = {
  name: 'archive',
  routes: {},
  triggers: [
    { on: 'change', kinds: ['inserted'], sortKeyPrefixes: [eventPrefix], images: 'after', handle: archiveChanges },
  ],
  // Two functions keep up with the usual write rate of the table. The rest of the account's concurrency stays for
  // others.
  queues: [{ name: CHANGES_QUEUE, memoryMb: 768, concurrency: 2 }],
  uses: ['table:read', { bucket: 'archive', write: [ARCHIVE_PREFIX] }],
};

export const change = serveChanges(archive);
