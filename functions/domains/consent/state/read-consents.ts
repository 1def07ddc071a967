import type { Context } from '../../accounts/context.ts';
import { idsOf, type Profile } from '../../profiles/records/profile.ts';
import { type Consent, sharing, type Topic, topics } from '../records/consent.ts';
import { consents } from '../records/store.ts';
import { effectiveConsent } from './effective-consent.ts';
import { appliesToProfile } from './subscriptions.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** Reads the consent to sharing. It is no message, so it is not part of `subscriptions`. */
export const readSharingConsent = async (profile: Profile, context: Deps): Promise<Consent | undefined> =>
  (await readConsents(profile, [sharing], context))[0];

/** Reads the effective consent to topics, in their order. A topic without a decision has none. */
export const readConsents = async (
  profile: Profile,
  ofTopics: readonly Topic[],
  { account, table }: Deps,
): Promise<Consent[]> => {
  const stored = await table.getMany(
    consents,
    ofTopics.flatMap(({ channel, type }) =>
      idsOf(profile).map((profileId) => ({ account, profileId, channel, purpose: type })),
    ),
  );
  return effectiveConsents(
    profile,
    stored.flatMap((one) => one ?? []),
    ofTopics,
  );
};

/** The effective consent to each topic, from what is stored under all ids of a person. */
export const effectiveConsents = (
  profile: Profile,
  consents: readonly Consent[],
  ofTopics: readonly Topic[] = topics,
): Consent[] =>
  ofTopics.flatMap(({ channel, type }) => {
    const ofTopic = consents.filter((one) => one.channel === channel && one.purpose === type);
    const saidOf = (id: string) => ofTopic.find(({ profileId }) => profileId === id);
    return effectiveConsent(profile, saidOf, (one) => appliesToProfile(one, profile)) ?? [];
  });
