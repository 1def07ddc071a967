import type { Visitor } from '../shared/internals.ts';
import type { Attributes } from './attributes.ts';

interface Person {
  readonly visitor: Visitor;
  readonly signals: object | undefined;
}

const profileOf = ({ cid, token }: Visitor): object => ({
  data: { type: 'profile', attributes: { _kx: token, anonymous_id: cid } },
});

export const profileBody = (attributes: Attributes): string =>
  JSON.stringify({ data: { type: 'profile', attributes } });

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

/** The body for one event. `texts` are JSON already, and are not parsed again. */
export const eventBody = (text: string, { visitor, signals }: Person): string =>
  `{"data":{"type":"event","attributes":${insert(text, { profile: profileOf(visitor), signals })}}}`;

export const bulkBody = (texts: readonly string[], { visitor, signals }: Person, isBackfill: boolean): string => {
  const group = JSON.stringify({ backfill: isBackfill || undefined, profile: profileOf(visitor), signals });
  const events = texts.map((text) => `{"type":"event","attributes":${text}}`).join();
  return `{"data":{"type":"event-bulk-create","attributes":${group.slice(0, -1)},"events":{"data":[${events}]}}}}`;
};

/** Adds members to the front of a JSON object. */
const insert = (text: string, members: object): string => `${JSON.stringify(members).slice(0, -1)},${text.slice(1)}`;
