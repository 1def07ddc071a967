import type * as v from 'valibot';
import type { Context } from '../../context.ts';
import { route } from '../../http/route.ts';
import { type Asked, changeAll } from '../bulk.ts';
import { evidenceOf } from '../evidence.ts';
import { bulkBody, namedTopics } from '../request.ts';
import { signalsIn } from '../signals.ts';

const MAX_SUBSCRIBED = 1_000;
const MAX_UNSUBSCRIBED = 100;

const Subscribe = bulkBody('profile-subscription-bulk-create-job', { to: 'SUBSCRIBED', max: MAX_SUBSCRIBED });
const Unsubscribe = bulkBody('profile-subscription-bulk-delete-job', { to: 'UNSUBSCRIBED', max: MAX_UNSUBSCRIBED });

export const bulkSubscribeProfiles = route({
  method: 'POST',
  path: '/api/profile-subscription-bulk-create-jobs',
  summary: 'Subscribe up to 1,000 profiles',
  description:
    'Answers when every consent and its ledger entry are stored. Only the channels that are named change. Lifts the suppressions UNSUBSCRIBE, SPAM_COMPLAINT and USER_SUPPRESSED that are older than the consent. With historical_import, consented_at is needed and in the past; a consent that is older than what is known is kept in the ledger and changes nothing. `wording` and `wording_version`, beside custom_source, are kept as proof of what the people were shown. Where the list, or else the account, has double_opt_in, e-mail is subscribed (and the list joined) when the owner of the address confirms it by the link in a mail; historical_import needs no confirmation. `sharing.advertising`, beyond Klaviyo’s format, takes back that a person opted out of sharing (Global Privacy Control).',
  scope: 'subscriptions:write',
  status: 202,
  body: Subscribe,
  errors: ['duplicate_profile', 'erased'],

  async handle({ body }, context) {
    await changeAll({ to: 'SUBSCRIBED', ...toldIn(body, context) }, context);
    return undefined;
  },
});

export const bulkUnsubscribeProfiles = route({
  method: 'POST',
  path: '/api/profile-subscription-bulk-delete-jobs',
  summary: 'Unsubscribe up to 100 profiles',
  description:
    'With a list, its members are taken off it and their consent stays; profiles that are not on it are unsubscribed from the channels named altogether. Opting out of one kind of SMS is opting out of both. `sharing.advertising`, beyond Klaviyo’s format, opts out of sharing, and is of no list.',
  scope: 'subscriptions:write',
  status: 202,
  body: Unsubscribe,
  errors: ['duplicate_profile'],

  async handle({ body }, context) {
    await changeAll({ to: 'UNSUBSCRIBED', ...toldIn(body, context) }, context);
    return undefined;
  },
});

type Body = v.InferOutput<typeof Subscribe> | v.InferOutput<typeof Unsubscribe>;

const toldIn = ({ data }: Body, context: Context) => {
  const listId = data.relationships?.list?.data?.id;
  return {
    people: data.attributes.profiles.data.map((person, i) => askedIn(person, i, context)),
    at: context.now(),
    evidence: evidenceOf(context, data.attributes),
    ...(listId !== undefined && { listId }),
  };
};

type Person = Body['data']['attributes']['profiles']['data'][number];

const askedIn = (
  { id, attributes: { email, phone_number, subscriptions, age_gated_date_of_birth: dateOfBirth, signals } }: Person,
  i: number,
  context: Context,
): Asked => ({
  ...(id && { id }),
  ...(email && { email }),
  ...(phone_number && { phone_number }),
  ...(subscriptions.push?.anonymous_id && { anonymous_id: subscriptions.push.anonymous_id }),
  topics: namedTopics(subscriptions),
  ...(subscriptions.push?.tokens && { tokens: subscriptions.push.tokens }),
  own: { ...(signals && { signals: signalsIn(signals, context) ?? {} }), ...(dateOfBirth && { dateOfBirth }) },
  pointer: `/data/attributes/profiles/data/${i}`,
});
