import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { listWaiting, readSubscriptionsOf } from '../../../domains/back-in-stock/list.ts';
import {
  StockChannel,
  type StockSubscription,
  statusOf,
  stockStatuses,
} from '../../../domains/back-in-stock/records/subscription.ts';
import { Refusal } from '../../../domains/consent/records/refusal.ts';
import { leftOutHeader, leftOutHeaderDescription } from '../../../domains/profiles/left-out.ts';
import { idsOf } from '../../../domains/profiles/records/profile.ts';
import { findProfile } from '../../../domains/profiles/records/resolve.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import { defineView } from '../../../platform/http/resource/view.ts';
import { collectionDocument, collectionSchema } from '../../../platform/http/response/jsonapi.ts';
import { reply } from '../../../platform/http/route.ts';
import { inMemoryQuery, listPage, type Page, type PageRequest } from '../../../platform/table/listing/pages.ts';
import { requireScope } from '../../caller-scope.ts';
import { route } from '../protocol.ts';
import { compoundId, externalIdOf } from '../views/catalog-ids.ts';
import { accept } from './accept.ts';
import { findProblems, SUBSCRIPTION, SubscriptionBody } from './body.ts';

const PATH = '/api/back-in-stock-subscriptions';

const sentToOf = ({ sentTo = [] }: StockSubscription): StockChannel[] => sentTo;

const view = defineView({
  type: SUBSCRIPTION,
  path: PATH,
  entries: {
    channels: v.array(StockChannel),
    status: v.picklist(stockStatuses),
    sent_to: v.array(StockChannel),
    skipped_reason: v.nullable(Refusal),
    created_at: v.string(),
    ended_at: v.nullable(v.string()),
  },
  attributes: (one: StockSubscription) => ({
    channels: one.channels,
    status: statusOf(one),
    sent_to: sentToOf(one),
    skipped_reason: one.skipped ?? null,
    created_at: withUtcOffset(one.created),
    ended_at: one.ended === undefined ? null : withUtcOffset(one.ended),
  }),
  relationships: ({ profileId, variant }) => ({
    profile: { type: 'profile', id: profileId },
    variant: { type: 'catalog-variant', id: compoundId(variant) },
  }),
});

export const createBackInStockSubscription = route({
  method: 'POST',
  path: PATH,
  summary: 'Subscribe a person to the return of a product',
  description:
    'When the inventory of the variant rises from zero, the person gets the event `Back in Stock`, once, in the order ' +
    'of subscriptions. Finds or creates the profile. Who waits already keeps their place; channels are added. It is no ' +
    'consent: who may not be contacted on any of the channels then, gets no event. Needs the scope `profiles:write` too.',
  scope: 'catalogs:write',
  status: 202,
  body: SubscriptionBody,
  headers: leftOutHeaderDescription,
  errors: ['not_found', 'erased'],
  findProblems,

  async handle({ body }, context) {
    requireScope(context.caller, 'profiles:write');
    const person = await accept(body, context);
    return reply(undefined, { headers: leftOutHeader(person?.leftOut) });
  },
});

export const getBackInStockSubscriptions = route({
  method: 'GET',
  path: PATH,
  summary: 'List back-in-stock subscriptions',
  description:
    'Of a variant: those who wait, oldest first. Of a profile: all of the person, with what became of them, for 90 days ' +
    'after their end. The list of a variant lags by about a second. Not in Klaviyo’s API.',
  scope: 'profiles:read',
  status: 200,
  reading: {
    filters: { 'variant.id': { operators: ['equals'] }, 'profile.id': { operators: ['equals'] } },
    isFilterRequired: true,
    fields: { [SUBSCRIPTION]: view.schema },
    page: { default: 20, max: 100 },
  },
  result: collectionSchema(SUBSCRIPTION, view.schema),

  async handle({ selection: { filters, page, fields } }, context) {
    const { items, ...cursors } = await readPage(filters, page, context);
    return collectionDocument({ ...cursors, items: items.map((one) => view.show(one, context, fields)) }, context);
  },
});

const readPage = async (
  filters: readonly Filter[],
  page: PageRequest,
  context: Context,
): Promise<Page<StockSubscription>> => {
  const [filter, ...others] = filters;
  if (!filter || others.length > 0)
    throw new ApiError('invalid', {
      detail: 'Only one filter is supported: equals(variant.id,"…") or equals(profile.id,"…").',
      source: { parameter: 'filter' },
    });
  const id = String(filter.values[0]);
  return filter.field === 'profile.id' ? readOfProfile(id, page, context) : readOfVariant(id, page, context);
};

const readOfVariant = async (id: string, page: PageRequest, context: Context): Promise<Page<StockSubscription>> => {
  const variant = externalIdOf(id);
  return variant === undefined ? { items: [] } : listWaiting(variant, page, context);
};

/** A person has few: a page is cut from all of them. */
const readOfProfile = async (id: string, page: PageRequest, context: Context): Promise<Page<StockSubscription>> => {
  const profile = await findProfile(id, context);
  const all = profile ? await readSubscriptionsOf(idsOf(profile), context) : [];
  const byPlace = new Map(all.map((one) => [`${one.created}#${one.id}`, one]));
  const { items, ...cursors } = await listPage(inMemoryQuery([...byPlace.keys()]), {
    partitions: [''],
    descending: false,
    ...page,
  });
  return { ...cursors, items: items.flatMap(({ sk }) => byPlace.get(String(sk)) ?? []) };
};
