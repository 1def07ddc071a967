import * as v from 'valibot';
import { EventValue, UniqueId } from '../../../domains/events/records/event.ts';
import { ExactNumber } from '../../../platform/json/exact-number.ts';
import type { EventAttributes } from './body.ts';

type LegacyFields = Pick<EventAttributes, 'properties' | 'value' | 'unique_id'>;

/**
 * Older clients send an event's value and id as the properties `$value` and `$event_id`. Moves them to the attributes,
 * unless these are set. An invalid value or id stays a property.
 */
export const normalizeLegacyFields = ({ properties, value, unique_id }: LegacyFields): LegacyFields => {
  if (!('$value' in properties || '$event_id' in properties)) return { properties, value, unique_id };
  const { $value, $event_id, ...rest } = properties;
  const legacyValue = value === undefined || value === null ? parseValue($value) : undefined;
  const legacyId = unique_id === undefined || unique_id === null ? parseId($event_id) : undefined;
  return {
    properties: {
      ...rest,
      ...('$value' in properties && legacyValue === undefined && { $value }),
      ...('$event_id' in properties && legacyId === undefined && { $event_id }),
    },
    value: legacyValue ?? value,
    unique_id: legacyId ?? unique_id,
  };
};

const parseValue = (property: unknown): number | undefined => {
  const number = typeof property === 'string' && property.trim() !== '' ? Number(property) : property;
  const result = v.safeParse(EventValue, number);
  return result.success ? result.output : undefined;
};

const parseId = (property: unknown): string | undefined => {
  const text = property instanceof ExactNumber ? property.text : property;
  const result = v.safeParse(UniqueId, typeof text === 'number' ? String(text) : text);
  return result.success ? result.output : undefined;
};
