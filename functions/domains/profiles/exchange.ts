import * as v from 'valibot';
import type { Context } from '../accounts/context.ts';
import { openToken, signToken } from '../accounts/tokens/actions.ts';
import type { Profile } from './records/profile.ts';
import { profileOf } from './records/resolve.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

const purpose = 'kx';
const Claims = v.object({ p: v.string() });

/** A token for links in messages to one person: it names their profile, to this account alone, until it is revoked. */
export const exchangeToken = async (profileId: string, context: Deps): Promise<string> =>
  `${await signToken({ purpose, claims: { p: profileId } }, context)}.${context.account}`;

/** The profile that a token was made for, or the one that it is now. */
export const profileByToken = async (token: string, context: Deps): Promise<Profile | undefined> => {
  const id = await profileIdIn(token, context);
  return id === undefined ? undefined : profileOf(id, context);
};

/** Whether this account has made a token and not revoked it, also where the profile has been erased since. */
export const wasMadeHere = async (token: string, context: Deps): Promise<boolean> =>
  (await profileIdIn(token, context)) !== undefined;

const profileIdIn = async (token: string, context: Deps): Promise<string | undefined> => {
  const end = `.${context.account}`;
  if (!token.endsWith(end)) return undefined;
  const opened = await openToken({ purpose, token: token.slice(0, -end.length), schema: Claims }, context);
  return opened.kind === 'valid' ? opened.claims.p : undefined;
};
