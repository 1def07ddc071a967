import type { Context } from '../../../domains/accounts/context.ts';
import { readSuppressions } from '../../../domains/consent/actions.ts';
import type { Consent, Topic } from '../../../domains/consent/records/consent.ts';
import { consents } from '../../../domains/consent/records/store.ts';
import { idsOf, type Profile } from '../../../domains/profiles/records/profile.ts';
import { findProfile } from '../../../domains/profiles/records/resolve.ts';
import type { Outcome } from '../../../domains/receipts/outcome.ts';
import type { Found, FoundConsent } from './found.ts';

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
  const consent = present.flatMap((one) => one.consent);
  const reasons = isOptIn
    ? await suppressionsOf(
        present.flatMap(({ stored }) => stored),
        context,
      )
    : [];
  return {
    outcome: reasons.length > 0 ? 'suppressed' : outcome,
    profileId: first.profile.id,
    consent,
    ...(reasons.length > 0 && { reasons: reasons.map((detail) => ({ detail })) }),
  };
};

interface FoundPart {
  readonly profile: Profile;
  readonly stored: readonly Consent[];
  readonly consent: readonly FoundConsent[];
}

/** The newest consent of each topic, under any id of the person. */
const findPart = async ({ profileId, topics }: ConsentPart, context: Context): Promise<FoundPart | undefined> => {
  const { account, table } = context;
  const profile = await findProfile(profileId, context);
  if (!profile) return undefined;
  const keys = topics.flatMap(({ channel, type }) =>
    idsOf(profile).map((id) => ({ account, profileId: id, channel, purpose: type })),
  );
  const all = (await table.getMany(consents, keys)).filter((one) => one !== undefined);
  const stored = topics.flatMap(({ channel, type }) => {
    const ofTopic = all.filter((one) => one.channel === channel && one.purpose === type);
    return ofTopic.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 1);
  });
  const consent = stored.map((one) => ({
    channel: one.channel,
    type: one.purpose,
    status: one.status,
    at: one.at,
    entryId: one.entryId,
  }));
  return { profile, stored, consent };
};

/** The reasons why the addresses of marketing mails receive nothing. */
const suppressionsOf = async (stored: readonly Consent[], context: Context): Promise<string[]> => {
  const addresses = stored.flatMap(({ channel, purpose, address }) =>
    channel === 'email' && purpose === 'marketing' && address ? [address] : [],
  );
  const all = await Promise.all(addresses.map((address) => readSuppressions(address, context)));
  return [...new Set(all.flat().map(({ reason }) => reason))];
};
