import * as v from 'valibot';
import type { AccountPrincipal } from '../../../functions/api/accounts.ts';
import { klaviyo } from '../../../functions/api/klaviyo/protocol.ts';
import type { Context } from '../../../functions/domains/accounts/context.ts';
import type { EventDraft } from '../../../functions/domains/events/draft.ts';
import { ingest } from '../../../functions/domains/events/ingest.ts';
import { EventProperties, EventTime, MetricName, UniqueId } from '../../../functions/domains/events/records/event.ts';
import type { ProfilePart } from '../../../functions/domains/profiles/records/profile-parts.ts';
import { sourceOfCall } from '../../../functions/domains/receipts/source.ts';
import { Email, ExternalId } from '../../../functions/model/identity.ts';
import { properties } from '../../../functions/model/properties.ts';
import type { Protocol } from '../../../functions/platform/http/protocol.ts';
import { routeFactory } from '../../../functions/platform/http/route.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { events } from '../../../functions/services/events.ts';

/** A protocol as later ones will be: its own body, and errors as plain JSON. It authenticates as Klaviyo's. */
const sampleProtocol: Protocol<Context, AccountPrincipal> = {
  name: 'sample',
  mediaType: 'application/json',
  requestType: 'application/json',
  fail: ({ problems }) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ problems: problems.map(({ detail, source }) => ({ detail, at: source?.pointer })) }),
  }),
  open: () => klaviyo.open(),
};

const Who = v.object({
  ref: v.optional(v.string()),
  token: v.optional(v.string()),
  mail: v.optional(Email),
  shop_id: v.optional(ExternalId),
  traits: v.optional(properties()),
});

const Call = v.object({
  did: MetricName,
  when: v.optional(EventTime),
  key: v.optional(UniqueId),
  details: v.optional(EventProperties, {}),
  who: Who,
});

const whoParts: Readonly<Record<ProfilePart, string>> = {
  id: '/ref',
  attributes: '',
  external_id: '/shop_id',
  email: '/mail',
  phone_number: '',
  anonymous_id: '',
  kx: '/token',
  properties: '/traits',
  addedEmails: '',
  removedEmails: '',
};

const draftOf = ({ did, when, key, details, who }: v.InferOutput<typeof Call>, index: number): EventDraft => ({
  person: {
    ...(who.ref !== undefined && { id: who.ref }),
    ...(who.token !== undefined && { kx: who.token }),
    identifiers: { email: who.mail, external_id: who.shop_id },
    fields: {},
    ...(who.traits && { properties: who.traits }),
  },
  metric: { name: did, service: 'sample' },
  ...(when && { time: when }),
  properties: details,
  ...(key !== undefined && { uniqueId: key }),
  backfill: false,
  pointers: {
    event: `/batch/${index}`,
    metric: `/batch/${index}/did`,
    time: `/batch/${index}/when`,
    uniqueId: `/batch/${index}/key`,
    person: (part) => `/batch/${index}/who${whoParts[part]}`,
  },
});

const declared = {
  method: 'POST',
  summary: 'Send calls of a sample protocol',
  status: 202,
  body: v.object({ batch: v.array(Call) }),
  result: v.object({ outcomes: v.array(v.string()) }),
} as const;

const run = async (batch: readonly v.InferOutput<typeof Call>[], context: Context) => {
  const ingested = await ingest(batch.map(draftOf), sourceOfCall('api', context.caller), context);
  return { outcomes: ingested.map(({ outcome }) => outcome) };
};

const route = routeFactory(sampleProtocol);

const sendCalls = route({
  ...declared,
  path: '/sample/calls',
  scope: 'events:write',
  handle: ({ body }, context) => run(body.batch, context),
});

const sendPublicCalls = route({
  ...declared,
  path: '/sample/public-calls',
  scope: 'public',
  handle: ({ body }, context) => run(body.batch, context),
});

/** The events service with the routes of the sample protocol. */
export const withSample: ServiceDeclaration = { ...events, routes: { ...events.routes, sendCalls, sendPublicCalls } };
