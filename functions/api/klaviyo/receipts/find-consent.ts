import type { Context } from '../../../domains/accounts/context.ts';
import { readSuppressions } from '../../../domains/consent/actions.ts';
import type { Consent, Topic } from '../../../domains/consent/records/consent.ts';
import { readConsents } from '../../../domains/consent/state/read-consents.ts';
import type { Profile } from '../../../domains/profiles/records/profile.ts';
import { findProfile } from '../../../domains/profiles/records/resolve.ts';
import type { Outcome } from '../../../domains/receipts/outcome.ts';
import type { Found } from './found.ts';

/** The topics that a call changed for one profile. */
export interface ConsentPart {
  readonly profileId: string;
  readonly topics: readonly Topic[];
}

/**
 * Finds the consent of a call as it is now. `suppressed`: consent was asked for, but the address receives nothing.
 */
export const findConsents = async (
  parts: readonly ConsentPart[],
  { outcome, isOptIn }: { readonly outcome: Outcome; readonly isOptIn: boolean },
  context: Context,
): Promise<Found> => {
  const found = await Promise.all(parts.map((part) => findPart(part, context)));
  const present = found.filter((one) => one !== undefined);
  const [first] = present;
  if (!first) return { outcome: 'erased' };
  const stored = present.flatMap((one) => one.stored);
  const profileIds = [...new Set(present.map(({ profile }) => profile.id))];
  const reasons = isOptIn ? await suppressionsOf(stored, context) : [];
  return {
    outcome: reasons.length > 0 ? 'suppressed' : outcome,
    profileId: first.profile.id,
    profileIds,
    consent: present.flatMap(({ profile: { id: profileId }, stored: own }) =>
      own.map(({ channel, purpose: type, status, at, entryId }) => ({ profileId, channel, type, status, at, entryId })),
    ),
    ...(reasons.length > 0 && { reasons: reasons.map((detail) => ({ detail })) }),
  };
};

interface FoundPart {
  readonly profile: Profile;
  readonly stored: readonly Consent[];
}

/** The effective consent to each topic, under all ids of the person. */
const findPart = async ({ profileId, topics }: ConsentPart, context: Context): Promise<FoundPart | undefined> => {
  const profile = await findProfile(profileId, context);
  return profile && { profile, stored: await readConsents(profile, topics, context) };
};

/** The reasons why the addresses of marketing mails receive nothing. */
const suppressionsOf = async (stored: readonly Consent[], context: Context): Promise<string[]> => {
  const addresses = stored.flatMap(({ channel, purpose, address }) =>
    channel === 'email' && purpose === 'marketing' && address ? [address] : [],
  );
  const all = await Promise.all(addresses.map((address) => readSuppressions(address, context)));
  return [...new Set(all.flat().map(({ reason }) => reason))];
};
