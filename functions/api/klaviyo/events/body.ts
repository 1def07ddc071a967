import * as v from 'valibot';
import {
  EventProperties,
  EventTime,
  EventValue,
  MetricName,
  MetricService,
  UniqueId,
  ValueCurrency,
} from '../../../domains/events/records/event.ts';
import { ProfileResource } from '../../../domains/profiles/records/profile.ts';
import { SignalsBody } from '../../../model/signals.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';

const MetricResource = v.object({
  type: v.literal('metric'),
  attributes: v.object({ name: MetricName, service: v.nullish(MetricService) }),
});

const ownAttributes = {
  properties: EventProperties,
  metric: v.object({ data: MetricResource }),
  time: v.nullish(EventTime),
  value: v.nullish(EventValue),
  value_currency: v.nullish(ValueCurrency),
  unique_id: v.nullish(UniqueId),
  backfill: v.nullish(v.boolean()),
  signals: SignalsBody,
};

const Profile = v.object({ data: ProfileResource });

/** An event of a group. The group has the profile. */
export const EventAttributes = v.object(ownAttributes);
export type EventAttributes = v.InferOutput<typeof EventAttributes>;

export const EventBody = v.object({
  data: v.object({ type: v.literal('event'), attributes: v.object({ ...ownAttributes, profile: Profile }) }),
});

/** The most events in one request. */
export const MAX_EVENTS = 1_000;

export const tooManyEventsText = (count: number): string =>
  `${count} events; at most ${MAX_EVENTS} are allowed in one request. Nothing was stored.`;

/** Events of one person, as both bulk endpoints accept them. */
export const EventGroup = v.object({
  type: v.literal('event-bulk-create'),
  attributes: v.object({
    backfill: v.nullish(v.boolean()),
    signals: SignalsBody,
    profile: Profile,
    events: v.object({
      data: boundedArray(v.object({ type: v.literal('event'), attributes: EventAttributes }), {
        min: 1,
        tooFew: 'At least one event is needed.',
        max: MAX_EVENTS,
        tooMany: tooManyEventsText,
      }),
    }),
  }),
});
export type EventGroup = v.InferOutput<typeof EventGroup>;

const LooseGroup = v.object({
  attributes: v.object({ events: v.object({ data: v.custom<readonly unknown[]>(Array.isArray) }) }),
});

/** Counts the events of all groups before they are validated. An invalid group counts as one and is refused later. */
export const countEvents = (groups: readonly unknown[]): number => {
  if (groups.length > MAX_EVENTS) return groups.length;
  let count = 0;
  for (const group of groups) {
    const result = v.safeParse(LooseGroup, group);
    count += result.success ? Math.max(1, result.output.attributes.events.data.length) : 1;
  }
  return count;
};
