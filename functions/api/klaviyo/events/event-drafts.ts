import type * as v from 'valibot';
import type { EventDraft } from '../../../domains/events/draft.ts';
import { DEFAULT_SERVICE } from '../../../domains/events/records/metric.ts';
import { type ProfileResource, toInput } from '../../../domains/profiles/records/profile.ts';
import { partPointers } from '../../../domains/profiles/records/profile-parts.ts';
import { bodySignals } from '../../../model/signals.ts';
import type { RequestContext } from '../../../platform/http/context.ts';
import type { EventAttributes, EventBody, EventGroup } from './body.ts';
import { normalizeLegacyFields } from './legacy-fields.ts';

type Deps = Pick<RequestContext, 'idempotencyKey'>;

/** An event of the body, with the settings of its group. */
interface SentEvent {
  readonly attributes: EventAttributes;
  readonly profile: ProfileResource;
  readonly group?: Pick<EventGroup['attributes'], 'backfill' | 'signals'>;
  readonly pointer: string;
  readonly profilePointer: string;
}

/** Reads the body of a single event. */
export const eventDraft = ({ data }: v.InferOutput<typeof EventBody>, { idempotencyKey }: Deps): EventDraft =>
  toDraft(
    {
      attributes: data.attributes,
      profile: data.attributes.profile.data,
      pointer: '/data/attributes',
      profilePointer: '/data/attributes/profile/data',
    },
    idempotencyKey,
  );

/**
 * Reads groups of events. The `Idempotency-Key` header applies to all of them: if there are several, the key of each
 * includes its index.
 */
export const eventDrafts = (
  groups: readonly { readonly group: EventGroup; readonly pointer: string }[],
  { idempotencyKey }: Deps,
): EventDraft[] => {
  const events = groups.flatMap(({ group, pointer }) => eventsOf(group, pointer));
  const idempotencyKeyOf = (index: number) =>
    idempotencyKey !== undefined && events.length > 1 ? `${idempotencyKey}#${index}` : idempotencyKey;
  return events.map((event, index) => toDraft(event, idempotencyKeyOf(index)));
};

const eventsOf = ({ attributes: group }: EventGroup, pointer: string): SentEvent[] =>
  group.events.data.map(({ attributes }, index) => ({
    attributes,
    profile: group.profile.data,
    group,
    pointer: `${pointer}/attributes/events/data/${index}/attributes`,
    profilePointer: `${pointer}/attributes/profile/data`,
  }));

const toDraft = (
  { attributes, profile, group, pointer, profilePointer }: SentEvent,
  idempotencyKey: string | undefined,
): EventDraft => {
  const { metric, time, value_currency } = attributes;
  const { properties, value, unique_id } = normalizeLegacyFields(attributes);
  const { name, service } = metric.data.attributes;
  const signals = bodySignals(attributes.signals ?? group?.signals);
  const uniqueId = unique_id ?? idempotencyKey;
  return {
    person: toInput(profile),
    metric: { name, service: service ?? DEFAULT_SERVICE },
    ...(time && { time }),
    properties,
    ...(typeof value === 'number' && { value }),
    ...(value_currency && { valueCurrency: value_currency }),
    ...(uniqueId !== undefined && { uniqueId }),
    backfill: attributes.backfill ?? group?.backfill ?? false,
    ...(signals && { signals }),
    pointers: {
      event: pointer,
      metric: `${pointer}/metric/data/attributes/name`,
      time: `${pointer}/time`,
      uniqueId: `${pointer}/unique_id`,
      // Profile endpoints have the same resource in `/data`.
      person: (part) => `${profilePointer}${partPointers[part].slice('/data'.length)}`,
    },
  };
};
