import { parseJson } from '../../shared/attempt.ts';
import type { Attributes } from './attributes.ts';

const profileOf = (attributes: Attributes): object => ({ data: { type: 'profile', attributes } });

export const profileBody = (attributes: Attributes): string => JSON.stringify(profileOf(attributes));

/** An event without its person, as JSON. */
export const eventText = (event: {
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly time: number;
  readonly uniqueId: string;
}): string =>
  JSON.stringify({
    metric: { data: { type: 'metric', attributes: { name: event.name } } },
    properties: event.properties,
    time: new Date(event.time).toISOString(),
    unique_id: event.uniqueId,
  });

interface Group {
  readonly attributes: Attributes;
  readonly signals: object;
  readonly isBackfill: boolean;
}

/** The path and the body for events of one person. A text that was damaged in storage becomes an event that is refused. */
export const eventRequest = (texts: readonly string[], { attributes, signals, isBackfill }: Group) => {
  const [event, ...others] = texts.map((text) => ({ type: 'event', attributes: parseJson<object>(text, {}) }));
  const common = { profile: profileOf(attributes), signals, backfill: isBackfill };
  const isOne = others.length === 0;
  const data = isOne
    ? { ...event, attributes: { ...event?.attributes, ...common } }
    : { type: 'event-bulk-create', attributes: { ...common, events: { data: [event, ...others] } } };
  return [isOne ? 'events' : 'event-bulk-create', JSON.stringify({ data })] as const;
};
