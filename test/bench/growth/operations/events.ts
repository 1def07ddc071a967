import { eventIdOf } from '../../../../functions/domains/events/records/event-id.ts';
import { emailOf, eventItem, timeOf } from '../fill.ts';
import { equals, filter, type Ground, MANY, type Operation, page, type Running } from '../operation.ts';

/** New events come before all that were filled, each at another time, so that what is newest stays what was filled. */
const before = (n: number): string => timeOf(n - 30_000_000);

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

const send = ({ call }: Running, { profileId }: Ground, given: object) =>
  call('events', 'POST', '/api/events', single(emailOf(profileId), given));

const many = ({ owners }: Ground, n: number) => ({
  data: {
    type: 'event-bulk-create-job',
    attributes: {
      'events-bulk-create': {
        data: owners.map((id, i) => ({
          type: 'event-bulk-create',
          attributes: {
            profile: person(emailOf(id)),
            events: { data: [{ type: 'event', attributes: attributes(before(1_000_000 + n * MANY + i)) }] },
          },
        })),
      },
    },
  },
});

const idOf = (world: Running, profileId: string): string => {
  const { time, hash } = eventItem(world, profileId, 0);
  return eventIdOf({ profileId, time: `${time}`, hash: `${hash}` });
};

const listed = (filters: string): Operation['run'] => listedFrom(() => filters);
const listedFrom =
  (filtersOf: (ground: Ground, world: Running) => string): Operation['run'] =>
  (world, ground) =>
    world.call('events', 'GET', `/api/events?${page}&${filtersOf(ground, world)}`);

const counts =
  (measurements: readonly string[]): Operation['run'] =>
  ({ call, metricId }) =>
    call('events', 'POST', '/api/metric-aggregates', {
      data: {
        type: 'metric-aggregate',
        attributes: {
          metric_id: metricId,
          measurements,
          interval: 'hour',
          filter: [`greater-or-equal(datetime,${timeOf(0)})`, `less-than(datetime,${timeOf(600)})`],
        },
      },
    });

/** Where half of what was filled is older. */
const untilMiddle = ({ events }: Ground): string => `less-than(datetime,${timeOf(events / 2)})`;

export const eventOperations: readonly Operation[] = [
  {
    name: 'an event',
    run: (world, ground, n) => send(world, ground, attributes(before(n))),
  },
  {
    name: 'an event with a unique_id',
    run: (world, ground, n) => send(world, ground, attributes(before(n), { unique_id: `${n}` })),
  },
  {
    name: 'an event, sent again',
    prepare: (world, ground) => send(world, ground, attributes(before(0))),
    run: (world, ground) => send(world, ground, attributes(before(0))),
  },
  {
    name: 'an event from a browser',
    run: ({ call, account }, { profileId }, n) =>
      call('events', 'POST', `/client/events?company_id=${account}`, single(emailOf(profileId), attributes(before(n)))),
  },
  {
    name: '50 events in a request',
    run: ({ call }, ground, n) => call('events', 'POST', '/api/event-bulk-create-jobs', many(ground, n)),
  },
  {
    name: 'newest events of a profile',
    run: listedFrom(({ profileId }) => equals('profile_id', profileId)),
  },
  {
    name: 'events of a profile, from the middle',
    run: listedFrom((ground) => filter(`equals(profile_id,"${ground.profileId}"),${untilMiddle(ground)}`)),
  },
  {
    name: 'newest events of a profile and a metric',
    run: listedFrom(({ profileId }, { metricId }) =>
      filter(`equals(profile_id,"${profileId}"),equals(metric_id,"${metricId}")`),
    ),
  },
  {
    name: 'newest events of a metric',
    run: listedFrom((_, { metricId }) => equals('metric_id', metricId)),
  },
  {
    name: 'events of a metric, from the middle',
    run: listedFrom((ground, { metricId }) => filter(`equals(metric_id,"${metricId}"),${untilMiddle(ground)}`)),
  },
  { name: 'newest events of all metrics', run: listed('sort=-datetime') },
  {
    name: 'event by id',
    run: (world, { profileId }) => world.call('events', 'GET', `/api/events/${idOf(world, profileId)}`),
  },
  {
    name: 'profile of an event',
    run: (world, { profileId }) => world.call('events', 'GET', `/api/events/${idOf(world, profileId)}/profile`),
  },
  {
    name: 'metric by id',
    run: ({ call, metricId }) => call('events', 'GET', `/api/metrics/${metricId}`),
  },
  { name: 'list of metrics', run: ({ call }) => call('events', 'GET', '/api/metrics') },
  { name: 'aggregate: count and sum of ten minutes', run: counts(['count', 'sum_value']) },
  { name: 'aggregate: unique profiles of ten minutes', run: counts(['unique']) },
];
