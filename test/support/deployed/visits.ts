import { inject, vi } from 'vitest';
import type { DrivenPage } from '../browsers/browser.ts';
import { profileOf, timelineOf } from './http.ts';

/** An event on the timeline. */
interface Seen {
  readonly attributes: {
    readonly datetime: string;
    readonly event_properties: Readonly<Record<string, unknown>>;
    readonly backfill?: boolean;
  };
}

export const patient = { timeout: 60_000, interval: 200 };

/** What pages of a shop run. */
export const consent = 'tributary.consent({ analytics: true, marketing: true })';
export const identify = (email: string) => `tributary.identify({ email: ${JSON.stringify(email)} })`;
export const track = (n: number) => `tributary.track('Viewed Page', { n: ${n} })`;

/** Waits for the script of a page, which is loaded asynchronously. */
export const waitForScript = (page: DrivenPage): Promise<unknown> =>
  vi.waitUntil(() => page.evaluate("typeof tributary === 'object' && Boolean(tributary._)"), patient);

/** The events of somebody, oldest first, once there are so many. */
export const eventsOf = async (email: string, count: number): Promise<readonly Seen[]> => {
  const read = async (): Promise<readonly Seen[]> => {
    const profile = await profileOf(email);
    return profile ? (await timelineOf(profile.id)).toReversed() : [];
  };
  await vi.waitUntil(async () => (await read()).length >= count, patient);
  return read();
};
/** The numbers that tests give to their events. */
export const numbersIn = (events: readonly Seen[]) =>
  events.flatMap(({ attributes: { event_properties: of } }) => (typeof of.n === 'number' ? [of.n] : []));

/** The numbers of all events of a profile, over all pages. */
export const allNumbersOf = async (profileId: string): Promise<readonly number[]> => {
  const { apiUrl, apiKey } = inject('stack');
  const numbers: number[] = [];
  const filter = encodeURIComponent(`equals(profile_id,"${profileId}")`);
  let next: string | undefined = `${apiUrl}/api/events?filter=${filter}&page[size]=1000`;
  while (next) {
    const response: Response = await fetch(next, { headers: { authorization: `Klaviyo-API-Key ${apiKey}` } });
    const page = (await response.json()) as { data: Seen[]; links: { next?: string } };
    numbers.push(...numbersIn(page.data));
    next = page.links.next ?? undefined;
  }
  return numbers;
};
