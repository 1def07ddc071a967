import * as v from 'valibot';
import { type Ingested, ingest, type Sent } from '../../../domains/events/ingest.ts';
import { EventBody, EventGroup, eventsIn, MAX_EVENTS, tooManyEvents } from '../../../domains/events/records/event.ts';
import { leftOutHeader, leftOutHeaderOfMany, leftOutOfMany, leftOutOfOne } from '../../../domains/profiles/left-out.ts';
import { type Reply, reply } from '../../../platform/http/route.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { route } from '../protocol.ts';

const SEMANTICS =
  'The answer is sent after the event is stored. `signals` (`gpc`, `tc_string`, `google_consent_mode`) are kept with it as they were said. An event is stored once per profile, metric and `unique_id`, for as long as it lives: the first one is kept, and one with other content is told to be a conflict. Without `unique_id` the header Idempotency-Key stands in for it, else two events are the same if all their content and their time in milliseconds are.';
const PUBLIC =
  ' The profile may be made, but identifiers of one that is known are not changed, and no `external_id` is claimed. An event by a key takes the place of one from here that has its `unique_id`. The answer does not tell whether the person or the event was known before. The header `Sec-GPC: 1` says the same as `signals.gpc`.';

const headers = {
  'Tributary-Event':
    'The id of the event, and whether it was there before: `<id>; duplicate=false`, `true`, or `conflict` where the unique_id is taken by an event with other content. `erased` where the person was erased: then nothing is stored.',
};

export const createEvent = route({
  method: 'POST',
  path: '/api/events',
  summary: 'Create an event',
  description: SEMANTICS,
  scope: 'events:write',
  status: 202,
  body: EventBody,
  headers: { ...headers, ...leftOutOfOne },
  errors: ['not_found'],

  async handle({ body }, context) {
    return tellOne(await ingest([single(body)], context));
  },
});

export const createClientEvent = route({
  method: 'POST',
  path: '/client/events',
  summary: 'Create an event from a browser or an app',
  description: SEMANTICS + PUBLIC,
  scope: 'public',
  status: 202,
  body: EventBody,

  async handle({ body }, context) {
    await ingest([single(body)], context);
    return undefined;
  },
});

export const bulkCreateEvents = route({
  method: 'POST',
  path: '/api/event-bulk-create-jobs',
  summary: 'Create up to 1,000 events',
  description: `All events are checked before any is stored, and all are stored when the answer is sent. A unique_id that is repeated within the request for one profile and metric is refused. ${SEMANTICS}`,
  scope: 'events:write',
  status: 202,
  body: v.object({
    data: v.object({
      type: v.literal('event-bulk-create-job'),
      attributes: v.object({
        'events-bulk-create': v.object({
          data: boundedArray(EventGroup, {
            min: 1,
            tooFew: 'At least one event is needed.',
            max: MAX_EVENTS,
            tooMany: tooManyEvents,
            countOf: eventsIn,
          }),
        }),
      }),
    }),
  }),
  errors: ['not_found'],
  headers: {
    'Tributary-Events':
      'What became of the events: `stored=<n>, duplicate=<n>, conflict=<n>`, and `erased=<n>` where some are of people who were erased, of which nothing is stored.',
    ...leftOutOfMany,
  },

  async handle({ body }, context) {
    const place = '/data/attributes/events-bulk-create/data';
    const groups = body.data.attributes['events-bulk-create'].data;
    const sent = groups.flatMap((group, index) => each(group, `${place}/${index}`).map((event) => ({ event, index })));
    const done = await ingest(
      sent.map(({ event }) => event),
      context,
    );
    return tellMany(done, new Map(sent.map(({ index }, i) => [index, done[i]?.leftOut ?? []])));
  },
});

export const bulkCreateClientEvents = route({
  method: 'POST',
  path: '/client/event-bulk-create',
  summary: 'Create up to 1,000 events of one person from a browser or an app',
  description: SEMANTICS + PUBLIC,
  scope: 'public',
  status: 202,
  body: v.object({ data: EventGroup }),

  async handle({ body }, context) {
    await ingest(each(body.data, '/data'), context);
    return undefined;
  },
});

const single = ({ data }: v.InferOutput<typeof EventBody>): Sent => ({
  attributes: data.attributes,
  profile: data.attributes.profile.data,
  pointer: '/data/attributes',
  profilePointer: '/data/attributes/profile/data',
});

const each = ({ attributes }: EventGroup, pointer: string): Sent[] =>
  attributes.events.data.map((event, index) => ({
    attributes: event.attributes,
    profile: attributes.profile.data,
    backfill: attributes.backfill,
    signals: attributes.signals,
    pointer: `${pointer}/attributes/events/data/${index}/attributes`,
    profilePointer: `${pointer}/attributes/profile/data`,
  }));

const tellOne = ([one]: readonly Ingested[]): Reply | undefined =>
  one &&
  reply(undefined, {
    headers: {
      'Tributary-Event': one.outcome === 'erased' ? 'erased' : `${one.id}; duplicate=${duplicateValues[one.outcome]}`,
      ...leftOutHeader(one.leftOut),
    },
  });

const duplicateValues = { stored: 'false', duplicate: 'true', conflict: 'conflict' } as const;

const tellMany = (all: readonly Ingested[], leftOut: Parameters<typeof leftOutHeaderOfMany>[0]): Reply => {
  const count = (outcome: Ingested['outcome']) => all.filter((one) => one.outcome === outcome).length;
  const erased = count('erased');
  const counts = [
    ...(['stored', 'duplicate', 'conflict'] as const).map((outcome) => `${outcome}=${count(outcome)}`),
    ...(erased > 0 ? [`erased=${erased}`] : []),
  ];
  return reply(undefined, { headers: { 'Tributary-Events': counts.join(', '), ...leftOutHeaderOfMany(leftOut) } });
};
