import type { PushTokenAttributes } from '../../../model/push-token.ts';
import type { Context } from '../../accounts/context.ts';
import { idsOf } from '../records/profile.ts';
import { profileOf } from '../records/resolve.ts';
import { unregisterToken } from './actions.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

/** Takes the tokens that an opt-out names from a person, under whichever of their ids; those of others stay. */
export const giveUpTokens = async (
  profileId: string,
  tokens: readonly PushTokenAttributes[],
  context: Deps,
): Promise<void> => {
  const profile = tokens.length === 0 ? undefined : await profileOf(profileId, context);
  if (!profile) return;
  for (const token of tokens) await unregisterToken(token, idsOf(profile), context);
};
