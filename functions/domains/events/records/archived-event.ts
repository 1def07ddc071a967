import * as v from 'valibot';
import { signalsView } from '../../../model/signals.ts';
import type { Event } from './event.ts';
import { eventIdOf } from './event-id.ts';
import type { Metric } from './metric.ts';

/**
 * An event in the archive, a line of JSON. It follows from what is stored alone, so that a repetition writes the same.
 * What is absent is null: tools that look at lines to learn the columns find them all.
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
  backfill: v.boolean(),
  /** JSON as text: `gpc`, `tc_string`, `google_consent_mode`. Lines from before there were any have none. */
  signals: v.nullish(v.string(), null),
  /** JSON as text: each shop has properties of its own, and a table of Athena's has one set of columns. */
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
  backfill: event.backfill ?? false,
  signals: event.signals ? JSON.stringify(signalsView(event.signals)) : null,
  properties: JSON.stringify(event.properties),
});
