import { dayOf } from '../../model/time.ts';
import type { Services } from '../../platform/resources/services.ts';
import { eventIdOf } from '../events/records/event-id.ts';
import { readStoredEvents } from '../events/records/read-events.ts';
import type { Days } from './keys.ts';
import { readArchive } from './read.ts';
import { archiveEvents } from './write.ts';

export interface ArchiveCounts {
  readonly archived: number;
  /** Events that the archive had already. */
  readonly present: number;
}

/** Archives the events of an account that the table has and the archive lacks, by the day of receipt. */
export const archiveMissing = async (
  account: string,
  { from, to, since }: Days & { readonly since?: string | undefined },
  services: Pick<Services, 'table' | 'archive'>,
): Promise<ArchiveCounts> => {
  const present = new Set<string>();
  for await (const { id } of readArchive(account, { from, to }, services.archive())) present.add(id);
  let archived = 0;
  let existing = 0;
  for await (const page of readStoredEvents(account, { since }, services.table)) {
    const received = page.filter(({ receivedAt }) => isWithin(dayOf(receivedAt), { from, to }));
    const missing = received.filter((event) => !present.has(eventIdOf(event)));
    await archiveEvents(missing, services);
    archived += missing.length;
    existing += received.length - missing.length;
  }
  return { archived, present: existing };
};

const isWithin = (day: string, { from = '', to = '9' }: Days): boolean => from <= day && day <= to;
