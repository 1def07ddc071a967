import { decodeTime } from 'ulid';
import { parseExact } from '../../../platform/json/parse-exact.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { type ArchivedEvent, archived } from '../records/line.ts';
import { archivedOf } from '../../archive/of-person.ts';
import { dayOf } from '../../archive/place.ts';
import { timelineOf } from '../of-person.ts';
import { metricsById } from '../records/stored.ts';
import type { Held } from '../../privacy/subjects/held.ts';
import { leftOf, placeIn, type Section } from '../../../model/personal-data/section.ts';

const columns = [
  'time',
  'metric',
  'service',
  'value',
  'value_currency',
  'properties',
  'signals',
  'unique_id',
  'received_at',
  'origin',
  'backfill',
  'id',
  'metric_id',
  'profile_id',
];

const recordOf = ({ properties, signals, ...event }: ArchivedEvent): Item => ({
  ...event,
  signals: signals === null ? null : JSON.parse(signals),
  properties: parseExact(properties),
});

export const events: Section = {
  name: 'events',
  title: 'Events',
  about:
    'What you did, or what was done for you, as it was reported: such as orders, visits and messages. `time` is when it happened, `received_at` when it was told, `service` by what, `properties` what was told of it, `signals` what your browser said of consent.',
  columns,
  isLong: true,
  async *read({ profileIds }, place, context) {
    for (const { thing: profileId, behind } of leftOf(profileIds, place)) {
      for await (const { events: some, last } of timelineOf(profileId, behind, context)) {
        const metrics = await metricsById(some, context.table);
        const records = some.map((one) => recordOf(archived(one, metrics.get(`${context.account} ${one.metricId}`))));
        yield { records, place: placeIn(profileId, last) };
      }
    }
  },
};

export const archivedEvents: Section = {
  name: 'archived-events',
  title: 'Archived events',
  about: 'The same, of events that are kept in an archive only.',
  columns,
  isLong: true,
  async *read({ profileIds }, behind, context) {
    if (profileIds.length === 0) return;
    const asked = { profileIds: new Set(profileIds), from: firstDay(profileIds), behind };
    for await (const { events: some, last } of archivedOf(asked, context))
      yield { records: some.map(recordOf), place: last };
  },
};

const DAY_MS = 86_400_000;

/** Nobody has events from before their profile; a day for clocks that differ. */
const firstDay = (profileIds: Held['profileIds']): string | undefined => {
  if (!profileIds.every((id) => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id))) return undefined;
  const first = Math.min(...profileIds.map((id) => decodeTime(id)));
  return dayOf(new Date(Math.max(0, first - DAY_MS)).toISOString());
};
