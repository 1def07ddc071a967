import { ExactNumber } from '../../../../platform/json/exact-number.ts';
import type { Event } from '../../records/event.ts';

export type EventContent = Pick<Event, 'properties' | 'value' | 'valueCurrency' | 'uniqueId'>;

/** The most elements of a list that count as values of their own. */
const MAX_ELEMENTS = 100;
/** The most combinations of values of one event, if several lists are grouped by. */
const MAX_COMBINATIONS = 1_000;

/** The attribute of an event by the name that clients use, such as `$value`, or any name of a property. */
export const propertyOf = ({ properties, value, valueCurrency, uniqueId }: EventContent, name: string): unknown => {
  switch (name) {
    case '$value':
      return value ?? properties.$value;
    case '$value_currency':
      return valueCurrency ?? properties.$value_currency;
    case '$event_id':
      return uniqueId ?? properties.$event_id;
    default:
      return Object.hasOwn(properties, name) ? properties[name] : undefined;
  }
};

/** A single value as text. Undefined for absent ones, and for objects. */
const toText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof ExactNumber ? value.text : undefined;
};

/** The values to group by: each element of a list once, and one empty text for an event without any. */
export const toDimensions = (value: unknown): readonly string[] => {
  const elements = Array.isArray(value) ? value.slice(0, MAX_ELEMENTS) : [value];
  const texts = [...new Set(elements.flatMap((one) => toText(one) ?? []))];
  return texts.length > 0 ? texts : [''];
};

/** All combinations of an event's values of several properties. */
export const combinationsOf = (event: EventContent, by: readonly string[]): readonly (readonly string[])[] =>
  by.reduce<readonly (readonly string[])[]>(
    (all, name) => {
      const values = toDimensions(propertyOf(event, name));
      return all.flatMap((one) => values.map((value) => [...one, value])).slice(0, MAX_COMBINATIONS);
    },
    [[]],
  );

/** A property as an amount. What is no number counts as nothing. */
export const toAmount = (value: unknown): number => {
  const text = toText(value);
  const amount = text === undefined || text.trim() === '' ? 0 : Number(text);
  return Number.isFinite(amount) ? amount : 0;
};
