import type { Context } from '../../../domains/accounts/context.ts';
import { OPT_IN, readConsentCode } from '../../../domains/consent/receipt-reference.ts';
import { readListMemberships } from '../../../domains/lists/actions.ts';
import { findProfile } from '../../../domains/profiles/records/resolve.ts';
import type { ItemType } from '../../../domains/receipts/item.ts';
import type { EventJob } from '../../../domains/receipts/jobs/event-job.ts';
import type { Other, Result } from '../../../domains/receipts/jobs/results.ts';
import { JOINED } from '../lists/member-receipts.ts';
import { findConsents } from './find-consent.ts';
import { findSubscription } from './find-subscription.ts';
import type { Found, FoundMembership, Recorded } from './found.ts';

type Entry = Pick<Result, 'place' | 'others'>;

/** Finds what an entry of a call about people concerns: consent and opt-ins, or a member of a list. */
export const findEntry = async (
  { place, others = [] }: Entry,
  { kind, listId }: Pick<EventJob, 'kind' | 'listId'>,
  recorded: Recorded,
  context: Context,
): Promise<Found & { readonly itemType: ItemType }> => {
  const own = listId === undefined ? {} : { listId };
  if (kind === 'membership' && place && listId !== undefined)
    return { itemType: 'membership', ...own, ...(await findMember(place, listId, recorded, context)) };
  const parts = place ? [place, ...others] : [];
  const optIn = parts.find(({ hash }) => hash === OPT_IN);
  const consents = parts.filter((part) => part !== optIn);
  const found = [
    ...(consents.length > 0 ? [await findConsentParts(consents, recorded, context)] : []),
    ...(optIn ? [await findSubscription(optIn.profileId, recorded, context)] : []),
  ];
  const merged = mergeFound(found, recorded);
  const memberships = listId === undefined ? {} : { memberships: await findMemberships(listId, merged, context) };
  return { itemType: consents.length === 0 && optIn ? 'subscription' : 'consent', ...own, ...merged, ...memberships };
};

const findConsentParts = (parts: readonly Other[], { outcome }: Recorded, context: Context): Promise<Found> => {
  const asked = parts.map(({ profileId, hash }) => ({ profileId, ...readConsentCode(hash) }));
  const isOptIn = asked.some((one) => one.isOptIn);
  return findConsents(
    asked.map(({ profileId, topics = [] }) => ({ profileId, topics })),
    { outcome, isOptIn },
    context,
  );
};

/** What is still to be completed comes first, then what has no effect. */
const ORDER: readonly Found['outcome'][] = ['pending', 'suppressed', 'stored', 'duplicate'];

const mergeFound = (all: readonly Found[], { outcome }: Pick<Recorded, 'outcome'>): Found => {
  const [first, second] = all;
  if (!first) return { outcome };
  if (!second) return first;
  const profileIds = [...new Set(all.flatMap(idsOf))];
  const [profileId] = profileIds;
  return {
    ...first,
    ...second,
    outcome: ORDER.find((one) => all.some((found) => found.outcome === one)) ?? first.outcome,
    ...(profileId !== undefined && { profileId, profileIds }),
    consent: all.flatMap(({ consent = [] }) => consent),
    reasons: all.flatMap(({ reasons = [] }) => reasons),
  };
};

const idsOf = ({ profileId, profileIds = profileId === undefined ? [] : [profileId] }: Found): readonly string[] =>
  profileIds;

const findMember = async (
  { profileId, hash }: Other,
  listId: string,
  { outcome }: Recorded,
  context: Context,
): Promise<Found> => {
  const profile = await findProfile(profileId, context);
  if (!profile) return { outcome: 'erased' };
  const memberships = await findMemberships(listId, { profileId: profile.id }, context);
  const wasRemoved = hash === JOINED && memberships.every(({ joinedAt }) => joinedAt === undefined);
  return { outcome: wasRemoved ? 'removed' : outcome, profileId: profile.id, memberships };
};

const findMemberships = (
  listId: string,
  found: Pick<Found, 'profileId' | 'profileIds'>,
  context: Context,
): Promise<FoundMembership[]> =>
  Promise.all(
    idsOf({ outcome: 'stored', ...found }).map(async (profileId) => {
      const [membership] = await readListMemberships({ listId, profileId }, context);
      return { listId, profileId, joinedAt: membership?.joinedAt };
    }),
  );
