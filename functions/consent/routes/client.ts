import * as v from 'valibot';
import type { Context } from '../../context.ts';
import { isAboutErased } from '../../erased/actions.ts';
import { ApiError } from '../../errors.ts';
import { route } from '../../http/route.ts';
import { issueOf } from '../../issue.ts';
import { addMember, ensureList } from '../../lists/actions.ts';
import { ListId } from '../../lists/list.ts';
import { askForConfirmation, mustConfirm } from '../../optin/actions.ts';
import { admit } from '../../optin/admission.ts';
import { problemOf } from '../../optin/refusal.ts';
import { languageOf } from '../../pages/language.ts';
import { profileIdFor, upsertProfile } from '../../profiles/actions.ts';
import { type Profile, ProfileAttributes, type ProfileInput, toInput } from '../../profiles/profile.ts';
import { Text } from '../../text.ts';
import { changeConsents } from '../actions.ts';
import type { Address, ConsentChange } from '../consent.ts';
import {
  addressKind,
  CustomSource,
  type Named,
  namedTopics,
  personProblems,
  SubscribedChannels,
  shown,
} from '../request.ts';
import { SignalsBody, signalsIn } from '../signals.ts';

const related = v.nullish(
  v.object({ data: v.nullish(v.object({ id: v.pipe(Text, v.maxLength(255, 'Longer than 255 characters.')) })) }),
);

const ClientSubscription = v.object({
  data: v.object({
    type: v.literal('subscription'),
    attributes: v.object({
      custom_source: CustomSource,
      ...shown,
      signals: SignalsBody,
      /** As the fields of the hosted form. */
      altcha: v.nullish(v.pipe(v.string(), v.maxLength(4_096, 'Longer than 4,096 characters.'))),
      website: v.nullish(v.string()),
      profile: v.object({
        data: v.pipe(
          v.object({
            type: v.literal('profile'),
            attributes: v.object({ ...ProfileAttributes.entries, subscriptions: v.nullish(SubscribedChannels) }),
          }),
          v.rawCheck(({ dataset, addIssue }) => {
            for (const found of personProblems(dataset.value, { isHistorical: false, isForm: true }))
              addIssue(issueOf(found));
          }),
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
type ClientSubscription = v.InferOutput<typeof ClientSubscription>;

export const createClientSubscription = route({
  method: 'POST',
  path: '/client/subscriptions',
  summary: 'Subscribe one person from a browser',
  description:
    'Without `subscriptions`, the channels whose address is given are subscribed to marketing. Identifiers of a known person are not changed: consent for an address that they do not have is kept with the profile that has it. `wording` and `wording_version`, beside custom_source, are kept as proof of what the person was shown. Where the list, or else the account, has double_opt_in, e-mail is subscribed when the owner of the address confirms it by the link in a mail, and no profile is made before. Where the account asks for a proof of work, `altcha` is a solved challenge of `GET /client/challenge`, as the widget of altcha.org leaves it in a form; it counts once. `website` is for a field that people do not see: where it is not empty, the answer is the same and nothing is stored.',
  scope: 'public',
  status: 202,
  body: ClientSubscription,

  async handle({ body }, context) {
    const { profile, altcha, website } = body.data.attributes;
    const applicant = {
      email: profile.data.attributes.email ?? undefined,
      altcha: altcha ?? '',
      website: website ?? '',
    };
    const refusals = await admit({ ...applicant, by: 'api' }, context, () => subscribe(body, context));
    if (refusals.length > 0)
      throw new ApiError(
        'invalid',
        refusals.map((refusal) => problemOf(refusal, context)),
      );
    return undefined;
  },
});

const subscribe = async (body: ClientSubscription, context: Context): Promise<void> => {
  const { attributes, relationships } = body.data;
  const { subscriptions, ...person } = attributes.profile.data.attributes;
  const anonymous_id = person.anonymous_id ?? subscriptions?.push?.anonymous_id;
  const input = toInput({ attributes: { ...person, ...(anonymous_id && { anonymous_id }) } });
  const given = { email: input.identifiers.email, phone_number: input.identifiers.phone_number };
  const asked = subscriptions ? namedTopics(subscriptions) : byAddress(given);
  const listId = relationships.list.data.id;
  const mustWait = await mustConfirm(given.email ?? undefined, listId, context);
  const held = mustWait ? asked.filter(({ channel }) => channel === 'email') : [];
  if (held.length > 0 && given.email) {
    const language = context.accountSettings.pageLanguage ?? languageOf(context.languages);
    const wish = { email: given.email, topics: held, listId, person, evidence: evidenceIn(body, context), language };
    await askForConfirmation(wish, context);
    // Until then nothing is known of the person but what else they subscribed to.
    if (held.length === asked.length) return;
  }
  const topics = asked.filter((topic) => !held.includes(topic));
  const told = { evidence: evidenceIn(body, context), at: context.now(), listId };
  const found = await unlessErased(() => changesOf(input, topics, { given, told }, context));
  if (!found) return;
  const { profile, changes } = found;

  await ensureList(listId, context);
  const ids = new Set(changes.length > 0 ? changes.map(({ profileId }) => profileId) : [profile.id]);
  for (const profileId of ids) {
    await changeConsents(
      changes.filter((change) => change.profileId === profileId),
      context,
    );
    await addMember({ listId, profileId, at: told.at }, context);
  }
};

/** To be told would tell who was known here. */
const unlessErased = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (isAboutErased(error)) return undefined;
    throw error;
  }
};

const changesOf = async (
  input: ProfileInput,
  topics: readonly Named[],
  said: Omit<Said, 'profile'>,
  context: Context,
): Promise<{ readonly profile: Profile; readonly changes: readonly ConsentChange[] }> => {
  const { profile } = await upsertProfile(input, { onConflict: 'keep', caller: 'public' }, context);
  return { profile, changes: await Promise.all(topics.map((topic) => changeOf(topic, { ...said, profile }, context))) };
};

type Given = { readonly [kind in Address['kind']]: string | null | undefined };

const byAddress = ({ email, phone_number }: Given): Named[] => [
  ...(email ? [{ channel: 'email', type: 'marketing' } as const] : []),
  ...(phone_number ? [{ channel: 'sms', type: 'marketing' } as const] : []),
];

interface Said {
  readonly profile: Profile;
  readonly given: Given;
  readonly told: Pick<ConsentChange, 'evidence' | 'at'> & { readonly listId: string };
}

const changeOf = async (
  { channel, type }: Named,
  { profile, given, told }: Said,
  context: Context,
): Promise<ConsentChange> => {
  const change = { ...told, channel, type, to: 'SUBSCRIBED' as const };
  const kind = addressKind(channel);
  const value = kind && given[kind];
  if (!kind || !value) return { ...change, profileId: profile.id };
  const rules = { onConflict: 'keep', caller: 'public' } as const;
  const profileId =
    profile[kind] === value
      ? profile.id
      : await profileIdFor({ identifiers: { [kind]: value }, fields: {} }, rules, context);
  return { ...change, profileId, address: { kind, value } };
};

const evidenceIn = ({ data }: ClientSubscription, context: Context): ConsentChange['evidence'] => {
  const { ip, userAgent } = context;
  const signals = signalsIn(data.attributes.signals, context);
  const { custom_source: source, wording, wording_version: wordingVersion } = data.attributes;
  const formId = data.relationships.form?.data?.id;
  const formVersion = data.relationships['form-version']?.data?.id;
  const methodDetail = formId ?? source;
  return {
    method: 'form',
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
