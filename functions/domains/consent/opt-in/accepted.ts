import type { Identifiers } from '../../../model/identity.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { remove, update } from '../../../platform/table/write.ts';
import { findAccount } from '../../accounts/actions.ts';
import type { Context } from '../../accounts/context.ts';
import { isErased, isErasedError } from '../../erased/actions.ts';
import { resolveProfileId, upsertProfile } from '../../profiles/actions.ts';
import { registerTokens } from '../../profiles/push-tokens/actions.ts';
import { type Profile, toInput } from '../../profiles/records/profile.ts';
import { changeConsents } from '../actions.ts';
import { isOvertaken } from '../list-join.ts';
import type { ConsentChange, Topic } from '../records/consent.ts';
import { addressKind } from '../requests/request.ts';
import { isUnwanted, joinIfThere, refuseWithoutMail, tooMany } from './actions.ts';
import { beginOptIn } from './begin.ts';
import { countAgainstLimit, networkOf } from './limits.ts';
import { LINK_MS, type PendingOptIn, pendingOptIns } from './pending.ts';

/** A subscription from a page or a browser. */
export type PublicSubscription = Pick<
  PendingOptIn,
  'topics' | 'person' | 'evidence' | 'language' | 'listId' | 'isDouble' | 'pushTokens'
> & {
  /** Normalised. Absent where only a number is subscribed. */
  readonly email?: string | undefined;
};

/**
 * Refuses what the account or its limits refuse of anybody, before it is looked who is meant. The public has limits of
 * its own: a shop's server asks for mails though strangers have asked for as many as they may.
 */
export const refusePublic = async (
  { isDouble, listId = '' }: Pick<PublicSubscription, 'isDouble' | 'listId'>,
  context: Context,
): Promise<void> => {
  if (!isDouble) return;
  refuseWithoutMail(context);
  if (!(await countAgainstLimit('ip', networkOf(context.ip), context))) throw tooMany('from your network');
  if (!(await countAgainstLimit('list', listId, context, 'public'))) throw tooMany('for this list');
};

/**
 * Stores what somebody asks for, in the same two requests for every person: the person is looked for after the answer,
 * so that it can't tell who is known, suppressed or erased here.
 */
export const acceptPublic = ({ email = '', ...wish }: PublicSubscription, context: Context): Promise<void> =>
  beginOptIn({ email, ...wish, status: 'accepted' }, context);

/**
 * Subscribes to what needs no confirmation, and leaves the rest pending: e-mail where the list or account has double
 * opt-in, or where the owner of the address was erased. Safe to repeat. Nothing is left where no mail may go out.
 */
export const processAccepted = async (
  { account, id }: { readonly account: string; readonly id: string },
  services: Services,
): Promise<void> => {
  const { table, mail } = services;
  const accepted = await table.get(pendingOptIns, { account, id });
  if (accepted?.status !== 'accepted') return;
  const accountSettings = await findAccount(account, services);
  if (!accountSettings) return;
  const context = { ...services, account, accountSettings, caller: { kind: 'public' } } as const;
  const { email, topics, isDouble, person } = accepted;
  const mustConfirm = email !== '' && (isDouble || (await isErased({ kind: 'email', value: email }, context)));
  const held = mustConfirm ? topics.filter(({ channel }) => channel === 'email') : [];
  const open = topics.filter((topic) => !held.includes(topic));
  // Until then nothing is known of the person but what else they subscribed to.
  if (open.length > 0 || held.length === 0) await subscribeAtOnce(accepted, open, context);
  const isOpen = { attribute: 'status', is: '=', value: 'accepted' } as const;
  // A link that would have ended before its mail goes out is of no use.
  const isInTime = services.now().getTime() < Date.parse(accepted.requestedAt) + LINK_MS;
  const mayAsk =
    held.length > 0 &&
    isInTime &&
    mail &&
    !(await isUnwanted(email, context)) &&
    (await countAgainstLimit('address', email, context, 'public'));
  await table.write(
    mayAsk
      ? update(pendingOptIns, accepted, {
          set: { status: 'pending', topics: held, ...(person && { person: withoutIdentifiers(person) }) },
          remove: ['pushTokens'],
          condition: isOpen,
        })
      : remove(pendingOptIns, accepted, isOpen),
  );
};

/** Confirming proves the address alone: what else somebody says that they are is not used then, and may be another's. */
const withoutIdentifiers = ({
  email: _,
  phone_number: __,
  external_id: ___,
  anonymous_id: ____,
  _kx: _____,
  ...said
}: NonNullable<PendingOptIn['person']>): NonNullable<PendingOptIn['person']> => said;

type Deps = Omit<Services, 'mail'> & Pick<Context, 'account' | 'accountSettings' | 'caller'>;

const rules = { onConflict: 'keep', caller: 'public' } as const;

const subscribeAtOnce = async (accepted: PendingOptIn, topics: readonly Topic[], context: Deps): Promise<void> => {
  const { email, person, listId, requestedAt, pushTokens = [] } = accepted;
  const at = new Date(requestedAt);
  const input = toInput({ attributes: { ...person, ...(email !== '' && { email }) } });
  try {
    const { profile } = await upsertProfile(input, rules, context);
    const given = input.identifiers;
    const changes = await Promise.all(
      topics.map((topic) => changeOf(topic, { accepted, profile, given, at }, context)),
    );
    await registerTokens(profile.id, pushTokens, 'public', context);
    const ids = new Set(changes.length > 0 ? changes.map(({ profileId }) => profileId) : [profile.id]);
    for (const profileId of ids) {
      const own = changes.filter((change) => change.profileId === profileId);
      const outcomes = await changeConsents(own, context);
      if (listId !== undefined && !(await isOvertaken(own, outcomes, context)))
        await joinIfThere({ listId, profileId, at }, context);
    }
  } catch (error) {
    if (!isErasedError(error)) throw error;
  }
};

interface Said {
  readonly accepted: PendingOptIn;
  readonly profile: Profile;
  readonly given: { readonly [kind in keyof Identifiers]?: string | null | undefined };
  readonly at: Date;
}

const changeOf = async (
  { channel, type }: Topic,
  { accepted: { id, evidence, listId }, profile, given, at }: Said,
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
  const value = kind && given[kind];
  if (!kind || !value) return { ...change, profileId: profile.id };
  const profileId =
    profile[kind] === value
      ? profile.id
      : await resolveProfileId({ identifiers: { [kind]: value }, fields: {} }, rules, context);
  return { ...change, profileId, address: { kind, value } };
};
