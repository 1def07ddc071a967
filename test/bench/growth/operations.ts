import { eventIdOf } from '../../../functions/events/identity.ts';
import { emailOf, eventItem, timeOf } from './fill.ts';
import type { startWorld } from './world.ts';

type Running = Awaited<ReturnType<typeof startWorld>>;

/** The world that is asked: how many events it holds, and a person of it. */
export interface Ground {
  readonly events: number;
  readonly profileId: string;
}

interface Operation {
  readonly name: string;
  readonly kind: 'write' | 'read';
  readonly run: (world: Running, ground: Ground, round: number) => Promise<unknown>;
}

const page = 'page[size]=50';

/** New events come after all that were filled, each at another time. */
const attributes = (time: string, more: object = {}) => ({
  properties: { sku: 'T-1', note: 'x'.repeat(100) },
  metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
  time,
  value: 9.99,
  ...more,
});
const person = (email: string) => ({ data: { type: 'profile', attributes: { email } } });
export const single = (email: string, given: object) => ({
  data: { type: 'event', attributes: { ...given, profile: person(email) } },
});
/** Times in the year before, so that what is newest stays what was filled. */
const before = (n: number): string => timeOf(n - 30_000_000);

export const operations: readonly Operation[] = [
  {
    name: 'an event',
    kind: 'write',
    run: ({ call }, { profileId }, n) =>
      call('events', 'POST', '/api/events', single(emailOf(profileId), attributes(before(n)))),
  },
  {
    name: 'an event with a unique_id',
    kind: 'write',
    run: ({ call }, { profileId, events: size }, n) =>
      call(
        'events',
        'POST',
        '/api/events',
        single(emailOf(profileId), attributes(before(n), { unique_id: `${size}-${n}` })),
      ),
  },
  {
    name: 'fifty events in a request',
    kind: 'write',
    run: ({ call }, { profileId }, n) =>
      call('events', 'POST', '/api/event-bulk-create-jobs', {
        data: {
          type: 'event-bulk-create-job',
          attributes: {
            'events-bulk-create': {
              data: [
                {
                  type: 'event-bulk-create',
                  attributes: {
                    profile: person(emailOf(profileId)),
                    events: {
                      data: Array.from({ length: 50 }, (_, i) => ({
                        type: 'event',
                        attributes: attributes(before(1_000 + n * 50 + i)),
                      })),
                    },
                  },
                },
              ],
            },
          },
        },
      }),
  },
  {
    name: 'a new profile',
    kind: 'write',
    run: ({ call }, { events: size }, n) =>
      call('profiles', 'POST', '/api/profiles', {
        data: { type: 'profile', attributes: { email: `new-${size}-${n}@example.com` } },
      }),
  },
  {
    name: 'a change of a profile',
    kind: 'write',
    run: ({ call }, { profileId, events: size }, n) =>
      call('profiles', 'PATCH', `/api/profiles/${profileId}`, {
        data: { type: 'profile', id: profileId, attributes: { first_name: `Ada ${size} ${n}` } },
      }),
  },
  {
    name: "fifty of a person's events",
    kind: 'read',
    run: ({ call }, { profileId }) =>
      call('events', 'GET', `/api/events?${page}&filter=${encodeURIComponent(`equals(profile_id,"${profileId}")`)}`),
  },
  {
    name: "fifty of a metric's events",
    kind: 'read',
    run: ({ call, metricId }) =>
      call('events', 'GET', `/api/events?${page}&filter=${encodeURIComponent(`equals(metric_id,"${metricId}")`)}`),
  },
  {
    name: 'an event by its id',
    kind: 'read',
    run: (world, { profileId }) => {
      const { time, hash } = eventItem(world, profileId, 0);
      return world.call('events', 'GET', `/api/events/${eventIdOf({ profileId, time: `${time}`, hash: `${hash}` })}`);
    },
  },
  {
    name: 'counts of ten minutes',
    kind: 'read',
    run: ({ call, metricId }) =>
      call('events', 'POST', '/api/metric-aggregates', {
        data: {
          type: 'metric-aggregate',
          attributes: {
            metric_id: metricId,
            measurements: ['count', 'sum_value'],
            interval: 'hour',
            filter: [`greater-or-equal(datetime,${timeOf(0)})`, `less-than(datetime,${timeOf(600)})`],
          },
        },
      }),
  },
  {
    name: 'a profile by its e-mail address',
    kind: 'read',
    run: ({ call }, { profileId }) =>
      call('profiles', 'GET', `/api/profiles?filter=${encodeURIComponent(`equals(email,"${emailOf(profileId)}")`)}`),
  },
  {
    name: 'fifty profiles',
    kind: 'read',
    run: ({ call }) => call('profiles', 'GET', `/api/profiles?${page}`),
  },
];
