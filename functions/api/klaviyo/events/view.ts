import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import type { Event } from '../../../domains/events/records/event.ts';
import { eventIdOf, uuidOf } from '../../../domains/events/records/event-id.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { SignalsView, signalsView } from '../../../model/signals.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';

export const EventView = v.partial(
  v.object({
    /** Whole seconds. `datetime` has milliseconds. */
    timestamp: v.number(),
    event_properties: v.record(v.string(), v.unknown()),
    datetime: v.string(),
    uuid: v.string(),
    /** Absent if there were none. Not a part of Klaviyo's format. */
    signals: SignalsView,
    /** Present, and true, for events that were sent later than they happened. Not a part of Klaviyo's format. */
    backfill: v.literal(true),
  }),
);

type Origin = Pick<Context, 'origin'>;

/** `owner` is the id of the current profile. */
export const eventView = (event: Event, owner: string, context: Origin, fields?: Selection['fields']): Resource => {
  const { time, properties, value, valueCurrency, uniqueId, metricId, signals, backfill } = event;
  return resource(
    {
      type: 'event',
      id: eventIdOf(event),
      path: '/api/events',
      attributes: {
        timestamp: Math.floor(Date.parse(time) / 1_000),
        event_properties: {
          ...properties,
          ...(value !== undefined && { $value: value }),
          ...(valueCurrency !== undefined && { $value_currency: valueCurrency }),
          ...(uniqueId !== undefined && { $event_id: uniqueId }),
        },
        datetime: withUtcOffset(time),
        uuid: uuidOf(event),
        ...(signals && { signals: signalsView(signals) }),
        ...(backfill && { backfill: true }),
      },
      relationships: {
        profile: { type: 'profile', id: owner },
        metric: { type: 'metric', id: metricId },
        attributions: [],
      },
      relationshipLinks: { attributions: 'nowhere' },
    },
    context,
    fields,
  );
};
