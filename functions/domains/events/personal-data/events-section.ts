import { partsFrom, placeInPart, type Section } from '../../../model/personal-data/section.ts';
import { toArchivedEvent } from '../records/archived-event.ts';
import { readMetrics } from '../records/read-events.ts';
import { readTimeline } from '../timeline.ts';
import { eventColumns, eventRecord } from './event-record.ts';

export const events: Section = {
  name: 'events',
  order: 120,
  title: 'Events',
  about:
    'Reported events, such as orders, visits and messages. `time` is when it happened, `received_at` when we received it, `service` is the system that reported it, `properties` are its details, and `signals` are the consent signals of your browser.',
  columns: eventColumns,
  isLong: true,
  async *read({ profileIds }, place, context) {
    for (const { thing: profileId, behind } of partsFrom(place, profileIds)) {
      for await (const { events: some, last } of readTimeline(profileId, behind, context)) {
        const metrics = await readMetrics(some, context.table);
        const records = some.map((one) =>
          eventRecord(toArchivedEvent(one, metrics.get(`${context.account} ${one.metricId}`))),
        );
        yield { records, place: placeInPart(profileId, last) };
      }
    }
  },
};
