import type { Context } from '../context.ts';
import { profilePk } from '../profiles/partition.ts';
import type { Profile } from '../profiles/profile.ts';
import { findProfile } from '../profiles/resolve.ts';
import { type Address, type Consent, type LedgerEntry, type Topic, topics } from './consent.ts';
import { topicName } from './decide.ts';
import {
  addressLedgerPk,
  consents,
  LIST_OPT_OUTS,
  type ListOptOut,
  ledger,
  ledgerPk,
  listOptOuts,
  suppressionLedger,
  suppressions,
} from './store.ts';
import { isOf, type Subscriptions, subscriptionsView } from './subscriptions.ts';
import { liftedByOptIn, type SuppressionEntry, suppressionReasons } from './suppression.ts';

type Reach = Pick<Context, 'account' | 'table'>;

/** The `subscriptions` attribute of a profile. */
export const subscriptionsOf = async (profile: Profile, context: Reach): Promise<Subscriptions> => {
  const [view] = await subscriptionsOfAll([profile], context);
  return view ?? subscriptionsView(profile, { consents: [], suppressions: [], optOuts: [] });
};

const MAX_OPT_OUTS = 1_000;
const PARALLEL = 16;

/** The same for a page of profiles, in their order. */
export const subscriptionsOfAll = async (profiles: readonly Profile[], context: Reach): Promise<Subscriptions[]> => {
  const { account, table } = context;
  const keys = profiles.map(({ id, email }) => [
    ...topics.map(({ channel, type }) => consents.key({ account, profileId: id, channel, purpose: type })),
    ...(email === undefined
      ? []
      : suppressionReasons.map((reason) => suppressions.key(of({ account, email, reason })))),
  ]);
  const items = await table.getItems(keys.flat());
  const views: Subscriptions[] = [];
  let start = 0;
  for (let first = 0; first < profiles.length; first += PARALLEL) {
    const some = profiles.slice(first, first + PARALLEL);
    const left = await Promise.all(some.map(({ id }) => optOutsOf(id, context)));
    for (const [i, profile] of some.entries()) {
      const end = start + (keys[first + i]?.length ?? 0);
      const own = items.slice(start, end);
      views.push(
        subscriptionsView(profile, {
          consents: own.slice(0, topics.length).flatMap((item) => (item ? [consents.fromItem(item)] : [])),
          suppressions: own.slice(topics.length).flatMap((item) => (item ? [suppressions.fromItem(item)] : [])),
          optOuts: left[i] ?? [],
        }),
      );
      start = end;
    }
  }
  return views;
};

const of = <T extends { readonly email: string }>({ email, ...rest }: T) => ({
  ...rest,
  address: { kind: 'email' as const, value: email },
});

const optOutsOf = (profileId: string, { account, table }: Reach): Promise<ListOptOut[]> =>
  table.queryOf(listOptOuts, { pk: profilePk(account, profileId), prefix: LIST_OPT_OUTS, limit: MAX_OPT_OUTS });

export interface ConsentQuestion extends Topic {
  readonly profileId: string;
  /** Any moment. */
  readonly at: Date;
}

export interface ConsentAnswer extends ConsentQuestion {
  /** Whether the person had opted in, and nothing suppressed the address. */
  readonly allowed: boolean;
  readonly because: 'subscribed' | 'unsubscribed' | 'never_subscribed' | 'suppressed' | 'address_changed';
  readonly consent: Consent['status'];
  /** The entry that decides: the newest one of that moment. */
  readonly entry?: LedgerEntry;
  /** What suppressed the address at that moment. */
  readonly suppressions: readonly SuppressionEntry[];
}

/**
 * Whether a person might be contacted at a moment, and what proves it. Costs the same however much is recorded: the
 * newest entry up to the moment, and for e-mail the newest of each reason of suppression.
 *
 * Former addresses of a profile aren't recorded: that the address has changed is told for moments since the profile's
 * last change; before, the answer is for the address that the entry names.
 */
export const consentAt = async (question: ConsentQuestion, context: Reach): Promise<ConsentAnswer> => {
  const { profileId, at } = question;
  const [profile, entry] = await Promise.all([findProfile(profileId, context), entryAt(question, context)]);
  const address = entry?.address ?? addressOf(profile, question);
  const recorded = question.channel === 'email' && address ? await suppressedAt(address, at, context) : [];
  const blocking = recorded.filter((suppression) => !isLiftedBy(entry, suppression));
  const consent = entry?.to ?? 'NEVER_SUBSCRIBED';
  const isMoved =
    entry !== undefined && at.toISOString() >= profile.updated && !isOf({ ...entry, status: consent }, profile);
  const because = reasonFor(consent, { isMoved, isSuppressed: blocking.length > 0 });
  return {
    ...question,
    allowed: because === 'subscribed',
    because,
    consent: isMoved ? 'NEVER_SUBSCRIBED' : consent,
    suppressions: blocking,
    ...(entry && { entry }),
  };
};

/** An opt-in that was told late lifted what was older than it, though it came when that had ended already. */
const isLiftedBy = (entry: LedgerEntry | undefined, { reason, at }: SuppressionEntry): boolean =>
  entry?.to === 'SUBSCRIBED' && liftedByOptIn.includes(reason) && at <= entry.at;

const reasonFor = (
  consent: Consent['status'],
  { isMoved, isSuppressed }: { readonly isMoved: boolean; readonly isSuppressed: boolean },
): ConsentAnswer['because'] => {
  switch (consent) {
    case 'NEVER_SUBSCRIBED':
      return 'never_subscribed';
    case 'UNSUBSCRIBED':
      return 'unsubscribed';
    case 'SUBSCRIBED':
      if (isMoved) return 'address_changed';
      return isSuppressed ? 'suppressed' : 'subscribed';
  }
};

const addressOf = ({ email }: Profile, { channel }: Topic): Address | undefined =>
  channel === 'email' && email !== undefined ? { kind: 'email', value: email } : undefined;

/** After every entry of the moment: ids are letters and digits. */
const upTo = (stream: string, at: Date): string => `${stream}#${at.toISOString()}#~`;

const entryAt = async (question: ConsentQuestion, { account, table }: Reach): Promise<LedgerEntry | undefined> => {
  const stream = topicName(question);
  const [newest] = await table.queryOf(ledger, {
    pk: ledgerPk(account, question.profileId),
    prefix: `${stream}#`,
    before: upTo(stream, question.at),
    descending: true,
    limit: 1,
  });
  return newest;
};

const suppressedAt = async (address: Address, at: Date, { account, table }: Reach): Promise<SuppressionEntry[]> => {
  const newest = await Promise.all(
    suppressionReasons.map((reason) =>
      table.queryOf(suppressionLedger, {
        pk: addressLedgerPk(account, address),
        prefix: `${reason}#`,
        before: upTo(reason, at),
        descending: true,
        limit: 1,
      }),
    ),
  );
  return newest.flat().filter(({ to }) => to === 'SUPPRESSED');
};
