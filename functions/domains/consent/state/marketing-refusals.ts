import type { Context } from '../../accounts/context.ts';
import type { Profile } from '../../profiles/records/profile.ts';
import type { Channel } from '../records/consent.ts';
import type { Refusal } from '../records/refusal.ts';
import { readStoredConsents } from './queries.ts';
import { appliesToProfile, emailRefusal } from './subscriptions.ts';

/** A channel of messages. */
export type MessageChannel = Exclude<Channel, 'sharing'>;

/** Why a person gets no marketing messages, by channel. A channel without a refusal is allowed. */
export type Refusals = ReadonlyMap<MessageChannel, Refusal>;

/** Reads why people get no marketing messages now, in their order. Reads only what these channels need. */
export const readMarketingRefusals = async (
  profiles: readonly Profile[],
  channels: readonly MessageChannel[],
  context: Pick<Context, 'account' | 'table'>,
): Promise<Refusals[]> => {
  const topics = channels.map((channel) => ({ channel, type: 'marketing' }) as const);
  const stored = await readStoredConsents(profiles, topics, context);
  return profiles.map((profile, i) => {
    const { consents = [], suppressions = [] } = stored[i] ?? {};
    return new Map(
      channels.flatMap((channel) => {
        const consent = consents.find((one) => one.channel === channel && appliesToProfile(one, profile));
        const refusal =
          channel === 'email' ? emailRefusal(profile, suppressions, consent) : optInRefusal(consent?.status);
        return refusal === undefined ? [] : [[channel, refusal] as const];
      }),
    );
  });
};

const optInRefusal = (status: string | undefined): Refusal | undefined => {
  if (status === 'SUBSCRIBED') return undefined;
  return status === 'UNSUBSCRIBED' ? 'unsubscribed' : 'never_subscribed';
};
