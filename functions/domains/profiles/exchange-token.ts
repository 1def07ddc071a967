import * as v from 'valibot';
import type { Context } from '../accounts/context.ts';
import { openToken, signToken } from '../accounts/tokens/actions.ts';
import type { Profile } from './records/profile.ts';
import { findProfile } from './records/resolve.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

const purpose = 'kx';
const Claims = v.object({ p: v.string() });

/**
 * Creates a token for links in messages to one person. It names their profile, works for this account only, and holds
 * until it is revoked.
 */
export const createExchangeToken = async (profileId: string, context: Deps): Promise<string> =>
  `${await signToken({ purpose, claims: { p: profileId } }, context)}.${context.account}`;

/** Reads the profile that a token was created for, or the one it was merged into. */
export const findProfileByToken = async (token: string, context: Deps): Promise<Profile | undefined> => {
  const id = await openExchangeToken(token, context);
  return id === undefined ? undefined : findProfile(id, context);
};

/** Whether this account created the token and has not revoked it, even if the profile has been erased since. */
export const isOwnToken = async (token: string, context: Deps): Promise<boolean> =>
  (await openExchangeToken(token, context)) !== undefined;

const openExchangeToken = async (token: string, context: Deps): Promise<string | undefined> => {
  const suffix = `.${context.account}`;
  if (!token.endsWith(suffix)) return undefined;
  const opened = await openToken({ purpose, token: token.slice(0, -suffix.length), schema: Claims }, context);
  return opened.kind === 'valid' ? opened.claims.p : undefined;
};
