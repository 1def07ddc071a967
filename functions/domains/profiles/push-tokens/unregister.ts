import type { PushTokenAttributes } from '../../../model/push-token.ts';
import type { Context } from '../../accounts/context.ts';
import { idsOf } from '../records/profile.ts';
import { findProfile } from '../records/resolve.ts';
import { unregisterToken } from './actions.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

/** Removes the tokens that an opt-out names from a person, under all their ids. Tokens of others stay. */
export const unregisterTokens = async (
  profileId: string,
  tokens: readonly PushTokenAttributes[],
  context: Deps,
): Promise<void> => {
  const profile = tokens.length === 0 ? undefined : await findProfile(profileId, context);
  if (!profile) return;
  for (const token of tokens) await unregisterToken(token, idsOf(profile), context);
};
