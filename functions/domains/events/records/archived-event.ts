import * as v from 'valibot';
import { signalsView } from '../../../model/signals.ts';
import { sourceOfEvent } from '../../receipts/source.ts';
import type { Event } from './event.ts';
import { eventIdOf } from './event-id.ts';
import type { Metric } from './metric.ts';

/**
 * An archived event, one line of JSON. It depends on the stored event only, so that a repetition writes the same line.
 * Absent values are null, so that tools which infer columns from lines find all of them.
 */
export const ArchivedEvent = v.object({
  id: v.string(),
  profile_id: v.string(),
  metric_id: v.string(),
  metric: v.nullable(v.string()),
  service: v.nullable(v.string()),
  time: v.string(),
  received_at: v.string(),
  value: v.nullable(v.number()),
  value_currency: v.nullable(v.string()),
  unique_id: v.nullable(v.string()),
  origin: v.nullable(v.string()),
  /** How it was received, such as `api:<key id>`. Older lines have none. */
  source: v.nullish(v.string(), null),
  backfill: v.boolean(),
  /** JSON as text: `gpc`, `tc_string`, `google_consent_mode`. Older lines have none. */
  signals: v.nullish(v.string(), null),
  /** JSON as text: properties differ by account, but an Athena table has fixed columns. */
  properties: v.string(),
});
export type ArchivedEvent = v.InferOutput<typeof ArchivedEvent>;

/** The columns of a line, for Athena. */
export const archiveColumns = {
  id: 'string',
  profile_id: 'string',
  metric_id: 'string',
  metric: 'string',
  service: 'string',
  time: 'string',
  received_at: 'string',
  value: 'double',
  value_currency: 'string',
  unique_id: 'string',
  origin: 'string',
  source: 'string',
  backfill: 'boolean',
  signals: 'string',
  properties: 'string',
} as const satisfies Record<keyof ArchivedEvent, 'string' | 'double' | 'boolean'>;

export const toArchivedEvent = (event: Event, metric?: Pick<Metric, 'name' | 'service'>): ArchivedEvent => ({
  id: eventIdOf(event),
  profile_id: event.profileId,
  metric_id: event.metricId,
  metric: metric?.name ?? null,
  service: metric?.service ?? null,
  time: event.time,
  received_at: event.receivedAt,
  value: event.value ?? null,
  value_currency: event.valueCurrency ?? null,
  unique_id: event.uniqueId ?? null,
  origin: event.origin ?? null,
  source: sourceOfEvent(event),
  backfill: event.backfill ?? false,
  signals: event.signals ? JSON.stringify(signalsView(event.signals)) : null,
  properties: JSON.stringify(event.properties),
});
