import * as v from 'valibot';
import { ExactNumber } from '../../platform/json/exact-number.ts';
import { type EventAttributes, EventValue, UniqueId } from './records/event.ts';

type LegacyFields = Pick<EventAttributes, 'properties' | 'value' | 'unique_id'>;

/**
 * Older clients put an event's value and id into its properties, as `$value` and `$event_id`. Where the attributes say
 * neither, they are taken from there; what can't be one stays a property.
 */
export const normalizeLegacyFields = ({ properties, value, unique_id }: LegacyFields): LegacyFields => {
  if (!('$value' in properties || '$event_id' in properties)) return { properties, value, unique_id };
  const { $value, $event_id, ...rest } = properties;
  const legacyValue = value === undefined || value === null ? asValue($value) : undefined;
  const legacyId = unique_id === undefined || unique_id === null ? asId($event_id) : undefined;
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

const asValue = (given: unknown): number | undefined => {
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  const result = v.safeParse(EventValue, number);
  return result.success ? result.output : undefined;
};

const asId = (given: unknown): string | undefined => {
  const text = given instanceof ExactNumber ? given.text : given;
  const result = v.safeParse(UniqueId, typeof text === 'number' ? String(text) : text);
  return result.success ? result.output : undefined;
};
