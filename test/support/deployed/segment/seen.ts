import { inject, vi } from 'vitest';
import { profileOf, timelineOf } from '../http.ts';

/** The metrics and numbers on somebody's timeline, once there are so many. */
export const seenOf = async (email: string, count: number) => {
  const read = async () => {
    const profile = await profileOf(email);
    return { profile, events: profile ? await timelineOf(profile.id) : [] };
  };
  await vi.waitUntil(async () => (await read()).events.length >= count, { timeout: 30_000, interval: 500 });
  const { profile, events } = await read();
  const metricOf = await metricNames();
  const named = events.map(
    ({ attributes, relationships }: { attributes: Attributes; relationships: Relationships }) => ({
      metric: metricOf.get(relationships.metric.data.id) ?? '',
      properties: attributes.event_properties,
    }),
  );
  return { profile, events: named as { metric: string; properties: Record<string, unknown> }[] };
};

interface Attributes {
  readonly event_properties: Readonly<Record<string, unknown>>;
}
interface Relationships {
  readonly metric: { readonly data: { readonly id: string } };
}

const metricNames = async (): Promise<ReadonlyMap<string, string>> => {
  const { apiUrl, apiKey } = inject('stack');
  const names = new Map<string, string>();
  let next: string | null = `${apiUrl}/api/metrics`;
  while (next) {
    const response = await fetch(next, { headers: { authorization: `Klaviyo-API-Key ${apiKey}` } });
    const page = (await response.json()) as {
      data: { id: string; attributes: { name: string } }[];
      links: { next: string | null };
    };
    for (const { id, attributes } of page.data) names.set(id, attributes.name);
    next = page.links.next;
  }
  return names;
};
