import * as v from 'valibot';
import { type IngestedEvent, ingest, ingestForJob } from '../../../domains/events/ingest.ts';
import {
  leftOutHeader,
  leftOutHeaderDescription,
  leftOutHeaderDescriptionOfMany,
  leftOutHeaderOfMany,
} from '../../../domains/profiles/left-out.ts';
import { sourceOfCall } from '../../../domains/receipts/source.ts';
import { type Reply, reply } from '../../../platform/http/route.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { receiptHeader, receiptHeaderDescription, receivedEvent } from '../../receipts.ts';
import { keepOne } from '../keep-rejected.ts';
import { isRobot, OnsiteQuery, onsiteDescription } from '../onsite.ts';
import { route } from '../protocol.ts';
import { countEvents, EventBody, EventGroup, MAX_EVENTS, tooManyEventsText } from './body.ts';
import { jobHeader, jobHeaderDescription, keepJob } from './bulk-job.ts';
import { eventDraft, eventDrafts } from './event-drafts.ts';
import { keepMany } from './keep-rejected.ts';

const SEMANTICS =
  'The response is sent after the event is stored. `signals` (`gpc`, `tc_string`, `google_consent_mode`) are ' +
  'stored unchanged with the event. An event is stored once per profile, metric and `unique_id`, for as long ' +
  'as it is kept: the first one stays, and a later one with other content is a conflict. Without ' +
  '`unique_id`, the header `Idempotency-Key` takes its place; without both, two events are the same if all ' +
  'their content and their time in milliseconds are equal.';
const PUBLIC =
  ' The call may create a profile. It changes no identifiers of a known profile, and claims no ' +
  '`external_id`. An event with a key replaces an event of a public call that has the same `unique_id`. The ' +
  'response does not show whether the person or the event was known. The header `Sec-GPC: 1` is the same as ' +
  `\`signals.gpc\`.${onsiteDescription}`;

const headers = {
  'Tributary-Event':
    'The id of the event, and whether it is a duplicate: `<id>; duplicate=false`, `true`, or `conflict` if another event with other content has the `unique_id`. `erased` if the person was erased: nothing is stored.',
};

export const createEvent = route({
  method: 'POST',
  path: '/api/events',
  summary: 'Create an event',
  description: SEMANTICS,
  scope: 'events:write',
  status: 202,
  body: EventBody,
  headers: { ...headers, ...receiptHeaderDescription, ...leftOutHeaderDescription },
  errors: ['not_found'],
  onRejected: keepOne,

  async handle({ body }, context) {
    const source = sourceOfCall('api', context.caller);
    const [ingested] = await ingest([eventDraft(body, context)], source, context);
    return singleReply(ingested, await receiptHeader(receivedEvent(ingested), source, context));
  },
});

export const createClientEvent = route({
  method: 'POST',
  path: '/client/events',
  summary: 'Create an event from a browser or an app',
  description: SEMANTICS + PUBLIC,
  scope: 'public',
  status: 202,
  query: OnsiteQuery,
  body: EventBody,
  headers: receiptHeaderDescription,
  onRejected: keepOne,

  async handle({ query, body }, context) {
    const isStored = !isRobot(query, context);
    const [ingested] = isStored ? await ingest([eventDraft(body, context)], 'client', context) : [];
    return reply(undefined, { headers: await receiptHeader(receivedEvent(ingested), 'client', context) });
  },
});

export const bulkCreateEvents = route({
  method: 'POST',
  path: '/api/event-bulk-create-jobs',
  summary: 'Create up to 1,000 events',
  description: `All events are validated before the first one is stored, and all are stored when the response is sent. Two events of the request with the same profile, metric and \`unique_id\` are a 400. ${SEMANTICS}`,
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
            tooMany: tooManyEventsText,
            countOf: countEvents,
          }),
        }),
      }),
    }),
  }),
  errors: ['not_found'],
  headers: {
    'Tributary-Events':
      'The outcomes: `stored=<n>, duplicate=<n>, conflict=<n>`, and `erased=<n>` for events of erased people, which are not stored.',
    ...jobHeaderDescription,
    ...leftOutHeaderDescriptionOfMany,
  },
  onRejected: keepMany,

  async handle({ body }, context) {
    const groups = body.data.attributes['events-bulk-create'].data;
    const drafts = eventDrafts(
      groups.map((group, index) => ({ group, pointer: `/data/attributes/events-bulk-create/data/${index}` })),
      context,
    );
    const groupIndexes = groups.flatMap(({ attributes }, index) => attributes.events.data.map(() => index));
    const source = sourceOfCall('api', context.caller);
    const ingested = await ingestForJob(drafts, source, context);
    const job = await keepJob({ drafts, ingested }, source, context);
    return bulkReply(ingested, job, new Map(groupIndexes.map((index, i) => [index, ingested[i]?.leftOut ?? []])));
  },
});

export const bulkCreateClientEvents = route({
  method: 'POST',
  path: '/client/event-bulk-create',
  summary: 'Create up to 1,000 events of one person from a browser or an app',
  description: SEMANTICS + PUBLIC,
  scope: 'public',
  status: 202,
  query: OnsiteQuery,
  body: v.object({ data: EventGroup }),
  onRejected: keepMany,
  headers: jobHeaderDescription,

  async handle({ query, body }, context) {
    if (isRobot(query, context)) return reply(undefined, { headers: jobHeader(context.newId()) });
    const drafts = eventDrafts([{ group: body.data, pointer: '/data' }], context);
    const ingested = await ingestForJob(drafts, 'client', context);
    return reply(undefined, { headers: await keepJob({ drafts, ingested }, 'client', context) });
  },
});

const singleReply = (one: IngestedEvent | undefined, receipt: Record<string, string>): Reply | undefined =>
  one &&
  reply(undefined, {
    headers: {
      'Tributary-Event': one.outcome === 'erased' ? 'erased' : `${one.id}; duplicate=${duplicateValues[one.outcome]}`,
      ...receipt,
      ...leftOutHeader(one.leftOut),
    },
  });

const duplicateValues = { stored: 'false', duplicate: 'true', conflict: 'conflict' } as const;

const bulkReply = (
  all: readonly IngestedEvent[],
  job: Record<string, string>,
  leftOut: Parameters<typeof leftOutHeaderOfMany>[0],
): Reply => {
  const count = (outcome: IngestedEvent['outcome']) => all.filter((one) => one.outcome === outcome).length;
  const erased = count('erased');
  const counts = [
    ...(['stored', 'duplicate', 'conflict'] as const).map((outcome) => `${outcome}=${count(outcome)}`),
    ...(erased > 0 ? [`erased=${erased}`] : []),
  ];
  return reply(undefined, {
    headers: { 'Tributary-Events': counts.join(', '), ...job, ...leftOutHeaderOfMany(leftOut) },
  });
};
