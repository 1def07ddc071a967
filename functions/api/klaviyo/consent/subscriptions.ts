import type * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import {
  applySubscriptions,
  type LeftOutByPosition,
  type SubscriptionRequest,
} from '../../../domains/consent/bulk/bulk.ts';
import type { RefusedRequest } from '../../../domains/consent/bulk/owners.ts';
import { ENTRIES_POINTER } from '../../../domains/consent/records/bulk-entry.ts';
import { evidenceFrom } from '../../../domains/consent/records/evidence.ts';
import { bulkBody, entryProblems, requestedTopics } from '../../../domains/consent/requests/request.ts';
import { topicsByAddress } from '../../../domains/consent/requests/topics-by-address.ts';
import { leftOutHeaderDescriptionOfMany, leftOutHeaderOfMany } from '../../../domains/profiles/left-out.ts';
import { identifierKinds } from '../../../model/identity.ts';
import { readSignals } from '../../../model/signals.ts';
import { ApiError } from '../../../platform/errors.ts';
import { unknownMembersOf } from '../../../platform/http/members/entries.ts';
import { type Reply, reply } from '../../../platform/http/route.ts';
import { route } from '../protocol.ts';
import { bulkEntries } from './bulk-entries.ts';
import { entryReceiptDescription, entryReceipts } from './entry-receipts.ts';

const MAX_SUBSCRIBED = 1_000;
const MAX_UNSUBSCRIBED = 100;

const Subscribe = bulkBody('profile-subscription-bulk-create-job', { to: 'SUBSCRIBED', max: MAX_SUBSCRIBED });
const Unsubscribe = bulkBody('profile-subscription-bulk-delete-job', { to: 'UNSUBSCRIBED', max: MAX_UNSUBSCRIBED });

export const bulkSubscribeProfiles = route({
  method: 'POST',
  path: '/api/profile-subscription-bulk-create-jobs',
  summary: 'Subscribe up to 1,000 profiles',
  description:
    'The response is sent when every consent and its ledger entry are stored. Only the named channels change, ' +
    'each for the profile that has the address of that channel. A missing identifier is added to a profile; an ' +
    'existing one is replaced only in a call by id. A 400 names the problems of each entry; all other entries ' +
    'are applied. A subscription lifts the suppressions `UNSUBSCRIBE`, `SPAM_COMPLAINT` and `USER_SUPPRESSED` ' +
    'that are older than the consent. `historical_import` requires `consented_at` in the past; a consent that ' +
    'is older than the current one is recorded in the ledger and changes nothing. `wording` and ' +
    '`wording_version`, beside `custom_source`, are kept as proof of what people saw. With `double_opt_in` on ' +
    'the list, or else the account, email is subscribed and the list joined only when the owner of the address ' +
    'confirms by the link in a mail; `historical_import` needs no confirmation. `sharing.advertising` extends ' +
    'Klaviyo’s format: it withdraws an opt-out of sharing (Global Privacy Control).',
  scope: 'subscriptions:write',
  status: 202,
  body: Subscribe,
  entries: bulkEntries(false),
  headers: { ...entryReceiptDescription, ...leftOutHeaderDescriptionOfMany },
  errors: ['duplicate_profile', 'erased'],

  async handle({ body }, context) {
    return apply(body, 'SUBSCRIBED', context);
  },
});

export const bulkUnsubscribeProfiles = route({
  method: 'POST',
  path: '/api/profile-subscription-bulk-delete-jobs',
  summary: 'Unsubscribe up to 100 profiles',
  description:
    'Each channel changes for the profile that has its address; no identifier is replaced. A 400 names the ' +
    'problems of each entry; all other entries are applied. With a list, its members leave the list and keep ' +
    'their consent; profiles that are not on the list are unsubscribed from the named channels. Opting out of ' +
    'one type of SMS opts out of both. Without `subscriptions`, the opt-out is from marketing on the channels ' +
    'of the given addresses. Named push tokens are removed. `sharing.advertising` extends Klaviyo’s format: it ' +
    'opts out of sharing, and belongs to no list.',
  scope: 'subscriptions:write',
  status: 202,
  body: Unsubscribe,
  entries: bulkEntries(true),
  headers: { ...entryReceiptDescription, ...leftOutHeaderDescriptionOfMany },
  errors: ['duplicate_profile'],

  async handle({ body }, context) {
    return apply(body, 'UNSUBSCRIBED', context);
  },
});

type Body = v.InferOutput<typeof Subscribe> | v.InferOutput<typeof Unsubscribe>;

const apply = async (body: Body, to: 'SUBSCRIBED' | 'UNSUBSCRIBED', context: Context): Promise<Reply> => {
  const isOptIn = to === 'SUBSCRIBED';
  const bulk = bulkIn(body, !isOptIn, context);
  const { leftOut, results, error } = await applySubscriptions({ to, ...bulk }, context);
  const count = body.data.attributes.profiles.data.length;
  const receipts = await entryReceipts({ isOptIn, count, results, listId: bulk.listId }, context);
  if (error) throw new ApiError(error.code, error.problems, { ...error.headers, ...receipts });
  return reply(undefined, { headers: { ...receipts, ...leftOutHeaderOfMany(withInvalidAddresses(body, leftOut)) } });
};

const bulkIn = (body: Body, isOptOut: boolean, context: Context) => {
  const { data } = body;
  const { profiles, historical_import } = data.attributes;
  const listId = data.relationships?.list?.data?.id;
  const people: SubscriptionRequest[] = [];
  const invalidEntries: RefusedRequest[] = [];
  for (const [position, entry] of profiles.data.entries()) {
    const at = `${ENTRIES_POINTER}/${position}`;
    const problems = [
      ...unknownMembersOf(body, position),
      ...entryProblems<Person>(entry, at, { isHistorical: historical_import === true, isOptOut }),
    ];
    if (problems.length > 0) invalidEntries.push({ code: 'invalid', problems });
    else if (entry.isRead) people.push(subscriptionRequest(entry.value, { position, pointer: at }, context));
  }
  return {
    people,
    invalidEntries,
    at: context.now(),
    evidence: evidenceFrom(context, data.attributes),
    ...(listId !== undefined && { listId }),
  };
};

type Data = Body['data']['attributes']['profiles']['data'][number];
type Person = Extract<Data, { readonly isRead: true }>['value'];

const subscriptionRequest = (
  { id, attributes: { email, phone_number, subscriptions, age_gated_date_of_birth: dateOfBirth, signals } }: Person,
  at: Pick<SubscriptionRequest, 'position' | 'pointer'>,
  context: Context,
): SubscriptionRequest => ({
  ...(id && { id }),
  ...(email && { email }),
  ...(phone_number && { phone_number }),
  ...(subscriptions?.push?.anonymous_id && { anonymous_id: subscriptions.push.anonymous_id }),
  topics: subscriptions ? requestedTopics(subscriptions) : topicsByAddress({ email, phone_number }),
  ...(subscriptions?.push?.tokens && { tokens: subscriptions.push.tokens }),
  ownEvidence: {
    ...(signals && { signals: readSignals(signals, context) ?? {} }),
    ...(dateOfBirth && { dateOfBirth }),
  },
  ...at,
});

/** Adds the addresses that were invalid and that no channel needed. */
const withInvalidAddresses = ({ data }: Body, leftOut: LeftOutByPosition): LeftOutByPosition =>
  new Map(
    data.attributes.profiles.data.map((entry, position) => {
      const unread = entry.isRead ? entry.leftOut : [];
      return [
        position,
        identifierKinds.filter((kind) => unread.includes(kind) || leftOut.get(position)?.includes(kind)),
      ];
    }),
  );
