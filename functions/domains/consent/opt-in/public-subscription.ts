import type { Identifiers } from '../../../model/identity.ts';
import { networkOf } from '../../../model/web/network.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { remove, update } from '../../../platform/table/write.ts';
import { findAccount } from '../../accounts/actions.ts';
import type { Context } from '../../accounts/context.ts';
import { isErased, isErasedError } from '../../erased/actions.ts';
import { resolveProfileId, upsertProfile } from '../../profiles/actions.ts';
import type { UpsertRules } from '../../profiles/plan.ts';
import { registerTokens } from '../../profiles/push-tokens/actions.ts';
import { type Profile, toInput } from '../../profiles/records/profile.ts';
import { changeConsents } from '../actions.ts';
import { isOutdatedOptIn } from '../list-join.ts';
import type { ConsentChange, Topic } from '../records/consent.ts';
import { addressKind } from '../requests/request.ts';
import { joinIfListExists, refuseWithoutMail, rejectsMail, tooManyConfirmationsError } from './actions.ts';
import { beginOptIn } from './begin.ts';
import { countAgainstLimit } from './limits.ts';
import { DONE_DAYS, LINK_MS, type PendingOptIn, pendingOptIns } from './store.ts';

/** A subscription from a page or a browser. */
export type PublicSubscription = Pick<
  PendingOptIn,
  'topics' | 'person' | 'evidence' | 'language' | 'listId' | 'isDouble' | 'pushTokens'
> & {
  /** Normalized. Undefined if only a phone number is subscribed. */
  readonly email?: string | undefined;
};

/**
 * Checks the account's limits before the person is looked up. The public has separate limits: a shop's server can still
 * request mails after strangers have used theirs up.
 */
export const checkPublicLimits = async (
  { isDouble, listId = '' }: Pick<PublicSubscription, 'isDouble' | 'listId'>,
  context: Context,
): Promise<void> => {
  if (!isDouble) return;
  refuseWithoutMail(context);
  if (!(await countAgainstLimit('ip', networkOf(context.ip), context)))
    throw tooManyConfirmationsError('from your network');
  if (!(await countAgainstLimit('list', listId, context, 'public'))) throw tooManyConfirmationsError('for this list');
};

/**
 * Stores a subscription, with the same two requests for every person. The person is looked up after the answer, so that
 * it can't reveal who is known, suppressed or erased. Returns the id of the opt-in, for the receipt.
 */
export const acceptPublicSubscription = (
  { email = '', ...subscription }: PublicSubscription,
  context: Context,
): Promise<string> => beginOptIn({ email, ...subscription, status: 'accepted' }, context);

/**
 * Subscribes to topics that need no confirmation, and makes the others pending: e-mail with double opt-in, or if the
 * owner of the address was erased. Safe to repeat. What needs no confirmation, or may not get a mail, is done.
 */
export const processAcceptedSubscription = async (
  { account, id }: { readonly account: string; readonly id: string },
  services: Services,
): Promise<void> => {
  const { table } = services;
  const accepted = await table.get(pendingOptIns, { account, id });
  if (accepted?.status !== 'accepted') return;
  const accountSettings = await findAccount(account, services);
  if (!accountSettings) return;
  const context = { ...services, account, accountSettings, caller: { kind: 'public' } } as const;
  const { email, topics, isDouble, person } = accepted;
  const mustConfirm = email !== '' && (isDouble || (await isErased({ kind: 'email', value: email }, context)));
  const topicsToConfirm = mustConfirm ? topics.filter(({ channel }) => channel === 'email') : [];
  const otherTopics = topics.filter((topic) => !topicsToConfirm.includes(topic));
  // Until they confirm, only the other topics are stored.
  const isDirect = otherTopics.length > 0 || topicsToConfirm.length === 0;
  const profileIds = isDirect ? await subscribeNow(accepted, otherTopics, context) : [];
  const isOpen = { attribute: 'status', is: '=', value: 'accepted' } as const;
  const isErasedPerson = topicsToConfirm.length === 0 && profileIds.length === 0;
  // Nothing about an erased person stays, not even for a receipt, which then says so.
  if (isErasedPerson) return void (await table.write(remove(pendingOptIns, accepted, isOpen)));
  const refusal = topicsToConfirm.length > 0 ? await refusalToAsk(accepted, context) : undefined;
  const mayAsk = topicsToConfirm.length > 0 && refusal === undefined;
  await table.write(
    mayAsk
      ? update(pendingOptIns, accepted, {
          set: {
            status: 'pending',
            topics: topicsToConfirm,
            ...(profileIds.length > 0 && { profileIds }),
            ...(person && { person: withoutIdentifiers(person) }),
          },
          remove: ['pushTokens'],
          condition: isOpen,
        })
      : update(pendingOptIns, accepted, {
          set: {
            status: 'done',
            result: refusal === undefined || profileIds.length > 0 ? 'stored' : refusal,
            profileIds,
            topics: otherTopics.length > 0 ? otherTopics : topics,
            evidence: { method: accepted.evidence.method },
            expiresAt: expiryAfterDays(services.now(), DONE_DAYS),
          },
          remove: ['person', 'pushTokens', 'mailError'],
          condition: isOpen,
        }),
  );
};

type Refusal = 'expired' | 'suppressed' | 'rejected';

/** Why the owner of the address gets no confirmation mail. Undefined if they get one. */
const refusalToAsk = async (
  { email, requestedAt }: PendingOptIn,
  context: Services & Pick<Context, 'account' | 'accountSettings'>,
): Promise<Refusal | undefined> => {
  // A link that expires before its mail is sent is useless.
  if (context.now().getTime() >= Date.parse(requestedAt) + LINK_MS) return 'expired';
  if (!context.mail) return 'rejected';
  if (await rejectsMail(email, context)) return 'suppressed';
  return (await countAgainstLimit('address', email, context, 'public')) ? undefined : 'rejected';
};

/**
 * Confirming proves only the e-mail address. Other identifiers in the form may belong to somebody else, so they are
 * dropped.
 */
const withoutIdentifiers = ({
  email: _,
  phone_number: __,
  external_id: ___,
  anonymous_id: ____,
  _kx: _____,
  ...attributes
}: NonNullable<PendingOptIn['person']>): NonNullable<PendingOptIn['person']> => attributes;

type Deps = Omit<Services, 'mail'> & Pick<Context, 'account' | 'accountSettings' | 'caller'>;

const rules: UpsertRules = { onConflict: 'keep', caller: 'public' };

/** Returns the profiles that it subscribed: none if the person was erased. */
const subscribeNow = async (accepted: PendingOptIn, topics: readonly Topic[], context: Deps): Promise<string[]> => {
  const { email, person, listId, requestedAt, pushTokens = [] } = accepted;
  const at = new Date(requestedAt);
  const input = toInput({ attributes: { ...person, ...(email !== '' && { email }) } });
  try {
    const { profile } = await upsertProfile(input, rules, context);
    const identifiers = input.identifiers;
    const changes = await Promise.all(
      topics.map((topic) => toConsentChange(topic, { accepted, profile, identifiers, at }, context)),
    );
    await registerTokens(profile.id, pushTokens, 'public', context);
    const ids = new Set(changes.length > 0 ? changes.map(({ profileId }) => profileId) : [profile.id]);
    for (const profileId of ids) {
      const own = changes.filter((change) => change.profileId === profileId);
      const outcomes = await changeConsents(own, context);
      if (listId !== undefined && !(await isOutdatedOptIn(own, outcomes, context)))
        await joinIfListExists({ listId, profileId, at }, context);
    }
    return [...ids];
  } catch (error) {
    if (!isErasedError(error)) throw error;
    return [];
  }
};

interface SubscriptionData {
  readonly accepted: PendingOptIn;
  readonly profile: Profile;
  readonly identifiers: { readonly [kind in keyof Identifiers]?: string | null | undefined };
  readonly at: Date;
}

const toConsentChange = async (
  { channel, type }: Topic,
  { accepted: { id, evidence, listId }, profile, identifiers, at }: SubscriptionData,
  context: Deps,
): Promise<ConsentChange> => {
  const common = {
    evidence,
    at,
    entryId: `subscription:${id}`,
    isTimeAssumed: true,
    ...(listId !== undefined && { listId }),
  };
  const change = { ...common, channel, type, to: 'SUBSCRIBED' as const };
  const kind = addressKind(channel);
  const value = kind && identifiers[kind];
  if (!kind || !value) return { ...change, profileId: profile.id };
  const profileId =
    profile[kind] === value
      ? profile.id
      : await resolveProfileId({ identifiers: { [kind]: value }, fields: {} }, rules, context);
  return { ...change, profileId, address: { kind, value } };
};
