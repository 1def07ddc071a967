import { decodeTime } from 'ulid';
import type { Person } from '../../../model/personal-data/person.ts';
import type { Section } from '../../../model/personal-data/section.ts';
import { dayOf } from '../../../model/time.ts';
import { eventColumns, eventRecord } from '../../events/personal-data/event-record.ts';
import { readArchivedEvents } from '../person-events.ts';

export const archivedEvents: Section = {
  name: 'archived-events',
  order: 130,
  title: 'Archived events',
  about: 'Events that only the archive still has, with the same columns.',
  columns: eventColumns,
  isLong: true,
  async *read({ profileIds }, behind, context) {
    if (profileIds.length === 0) return;
    const asked = { profileIds: new Set(profileIds), from: firstDay(profileIds), behind };
    for await (const { events: some, last } of readArchivedEvents(asked, context))
      yield { records: some.map(eventRecord), place: last };
  },
};

const DAY_MS = 86_400_000;

/** Events are not older than their profile. One day is allowed for clock differences. */
const firstDay = (profileIds: Person['profileIds']): string | undefined => {
  if (!profileIds.every((id) => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id))) return undefined;
  const first = Math.min(...profileIds.map((id) => decodeTime(id)));
  return dayOf(new Date(Math.max(0, first - DAY_MS)).toISOString());
};
