import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { isDoubleOptIn } from '../../../domains/consent/opt-in/actions.ts';
import {
  acceptPublicSubscription,
  checkPublicLimits,
  type PublicSubscription,
} from '../../../domains/consent/opt-in/public-subscription.ts';
import { refusalProblem } from '../../../domains/consent/opt-in/refusal.ts';
import { admitSubmission } from '../../../domains/consent/opt-in/submission.ts';
import { entriesAt, entrySchema } from '../../../domains/consent/records/bulk-entry.ts';
import type { Evidence, Topic } from '../../../domains/consent/records/consent.ts';
import { PUBLIC_FORM } from '../../../domains/consent/records/suppression.ts';
import { ageProblem, DateOfBirth } from '../../../domains/consent/requests/age-gate.ts';
import {
  CustomSource,
  entryProblems,
  requestedTopics,
  SubscribedChannels,
  shown,
  unneededAddresses,
} from '../../../domains/consent/requests/request.ts';
import { topicsByAddress } from '../../../domains/consent/requests/topics-by-address.ts';
import { requireLists } from '../../../domains/lists/actions.ts';
import { ListId } from '../../../domains/lists/list.ts';
import { refuseBlocked } from '../../../domains/profiles/blocked-identifiers.ts';
import { refuseOversized } from '../../../domains/profiles/public-calls.ts';
import { ProfileAttributes, toInput } from '../../../domains/profiles/records/profile.ts';
import { MAX_CALL_BYTES } from '../../../domains/profiles/records/size.ts';
import { languageOf } from '../../../model/language.ts';
import { readSignals, SignalsBody } from '../../../model/signals.ts';
import { ApiError } from '../../../platform/errors.ts';
import { reply } from '../../../platform/http/route.ts';
import { Text } from '../../../platform/validation/text.ts';
import { receiptHeader, receiptHeaderDescription, receivedSubscription } from '../../receipts.ts';
import { keepOne } from '../keep-rejected.ts';
import { isRobot, OnsiteQuery, onsiteDescription } from '../onsite.ts';
import { route } from '../protocol.ts';

const related = v.nullish(
  v.object({
    data: v.nullish(
      v.object({ type: v.optional(v.string()), id: v.pipe(Text, v.maxLength(255, 'Longer than 255 characters.')) }),
    ),
  }),
);

const ClientSubscription = v.object({
  data: v.object({
    type: v.literal('subscription'),
    attributes: v.object({
      custom_source: CustomSource,
      ...shown,
      signals: SignalsBody,
      /** Named like the fields of the hosted form. */
      altcha: v.nullish(v.pipe(v.string(), v.maxLength(4_096, 'Longer than 4,096 characters.'))),
      website: v.nullish(v.string()),
      profile: v.object({
        data: entrySchema(
          v.object({
            type: v.literal('profile'),
            attributes: v.object({
              ...ProfileAttributes.entries,
              subscriptions: v.nullish(SubscribedChannels),
              age_gated_date_of_birth: DateOfBirth,
            }),
          }),
          unneededAddresses,
        ),
      }),
    }),
    relationships: v.object({
      list: v.object({ data: v.object({ type: v.literal('list'), id: ListId }) }),
      form: related,
      'form-version': related,
    }),
  }),
});
const PROFILE = '/data/attributes/profile/data';
const FORM = { isHistorical: false, isForm: true };

type ClientSubscription = v.InferOutput<typeof ClientSubscription>;

export const createClientSubscription = route({
  method: 'POST',
  path: '/client/subscriptions',
  summary: 'Subscribe one person from a browser',
  description:
    'The response is sent when the subscription is stored; a worker then carries it out. So the response does ' +
    'not show who is known. Without `subscriptions`, the channels of the given addresses are subscribed to ' +
    'marketing. Identifiers of a known person do not change: consent for an address of another profile belongs ' +
    'to that profile. `wording` and `wording_version`, beside `custom_source`, are kept as proof of what the ' +
    'person saw. With `double_opt_in` on the list, or else the account, email is subscribed only when the ' +
    'owner of the address confirms by the link in a mail; no profile is created before. If the account ' +
    'requires proof of work, `altcha` is a solved challenge of `GET /client/challenge`, as the ALTCHA widget ' +
    'leaves it in a form; it counts once. `website` is a hidden field: if it is not empty, the response is the ' +
    'same and nothing is stored.' +
    onsiteDescription,
  scope: 'public',
  status: 202,
  // The call is stored as one item until a worker processes it.
  maxBodyBytes: MAX_CALL_BYTES,
  query: OnsiteQuery,
  body: ClientSubscription,
  headers: receiptHeaderDescription,
  onRejected: keepOne,
  ignores: {
    members: [
      '/data/attributes/profile/data/id',
      // Klaviyo's own forms send it, although its documentation has no such member.
      '/data/attributes/events',
    ],
  },
  entries: {
    problems: (body) =>
      entriesAt(body, ['data', 'attributes', 'profile', 'data']).flatMap((entry) =>
        entryProblems(entry, PROFILE, FORM),
      ),
  },

  async handle({ query, body }, context) {
    const { altcha, website } = body.data.attributes;
    const profile = profileIn(body);
    const applicant = {
      email: profile.email ?? undefined,
      altcha: altcha ?? '',
      website: website || (isRobot(query, context) ? 'robot' : ''),
    };
    const steps = await stepsOf(body, profile, context);
    const { refusals, result: id } = await admitSubmission({ ...applicant, by: 'api' }, context, steps);
    if (refusals.length > 0)
      throw new ApiError(
        'invalid',
        refusals.map((refusal) => refusalProblem(refusal, context)),
      );
    return reply(undefined, { headers: await receiptHeader(receivedSubscription(id), 'client', context) });
  },
});

type Read = Extract<ClientSubscription['data']['attributes']['profile']['data'], { readonly isRead: true }>;
type Profile = Read['value']['attributes'];

/** Reads the profile of a call. Drops an invalid address that no channel needs. */
const profileIn = ({ data }: ClientSubscription): Profile => {
  const entry = data.attributes.profile.data;
  const problems = entryProblems<Read['value']>(entry, PROFILE, FORM);
  if (problems.length > 0 || !entry.isRead) throw new ApiError('invalid', problems);
  return entry.value.attributes;
};

/** The checks of a call, and how to store it. Neither looks up a person, so the response reveals no one. */
const stepsOf = async ({ data }: ClientSubscription, profile: Profile, context: Context) => {
  const { subscriptions, age_gated_date_of_birth: born, ...given } = profile;
  const anonymous_id = given.anonymous_id ?? subscriptions?.push?.anonymous_id;
  const person = { ...given, ...(anonymous_id && { anonymous_id }) };
  const listId = data.relationships.list.data.id;
  const isDouble = await isDoubleOptIn(listId, context);
  const topics = subscriptions ? requestedTopics(subscriptions) : topicsByAddress(given);
  const subscription: PublicSubscription = {
    ...(given.email && { email: given.email }),
    topics: topics.map(({ channel, type }) => ({ channel, type })),
    ...(subscriptions?.push?.tokens && { pushTokens: subscriptions.push.tokens }),
    person,
    listId,
    isDouble,
    evidence: { ...evidenceIn({ data }, context), ...(born && { dateOfBirth: born }) },
    language: context.accountSettings.pageLanguage ?? languageOf(context.languages),
  };
  return {
    check: async () => {
      const input = toInput({ attributes: person });
      refuseBlocked(input, context.accountSettings);
      refuseOversized(input);
      requireAge({ topics, born }, context);
      await requireLists([{ id: listId, pointer: '/data/relationships/list/data/id' }], context);
      await checkPublicLimits(subscription, context);
    },
    act: () => acceptPublicSubscription(subscription, context),
  };
};

const requireAge = (
  { topics, born }: { readonly topics: readonly Topic[]; readonly born?: string | null | undefined },
  { accountSettings, now }: Context,
): void => {
  const detail = ageProblem({ topics, dateOfBirth: born ?? undefined, now: now() }, accountSettings);
  const source = { pointer: '/data/attributes/profile/data/attributes/age_gated_date_of_birth' };
  if (detail) throw new ApiError('invalid', { detail, source });
};

const evidenceIn = ({ data }: ClientSubscription, context: Context): Evidence => {
  const { ip, userAgent } = context;
  const signals = readSignals(data.attributes.signals, context);
  const { custom_source: source, wording, wording_version: wordingVersion } = data.attributes;
  const formId = data.relationships.form?.data?.id;
  const formVersion = data.relationships['form-version']?.data?.id;
  const methodDetail = formId ?? source;
  return {
    method: PUBLIC_FORM,
    ...(methodDetail && { methodDetail }),
    ...(source && { source }),
    ...(formId && { formId }),
    ...(formVersion && { formVersion }),
    ...(wording && { wording }),
    ...(wordingVersion && { wordingVersion }),
    ...(ip && { ip }),
    ...(userAgent && { userAgent }),
    ...(signals && { signals }),
  };
};
