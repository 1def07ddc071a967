import { parseExact } from '../../../platform/json/parse-exact.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { ArchivedEvent } from '../records/archived-event.ts';

/** The members of an event in an access file, in reading order. */
export const eventColumns = [
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
  'source',
  'backfill',
  'id',
  'metric_id',
  'profile_id',
] as const;

export const eventRecord = ({ properties, signals, ...event }: ArchivedEvent): Item => ({
  ...event,
  signals: signals === null ? null : JSON.parse(signals),
  properties: parseExact(properties),
});
