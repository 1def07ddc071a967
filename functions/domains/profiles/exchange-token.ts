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
  signKx({ claims: { p: profileId } }, context);

/** Reads the profile that a token was created for, or the one it was merged into. */
export const findProfileByToken = async (token: string, context: Deps): Promise<Profile | undefined> => {
  const id = await openExchangeToken(token, context);
  return id === undefined ? undefined : findProfile(id, context);
};

/** Whether this account created the token and has not revoked it, even if the profile has been erased since. */
export const isOwnToken = async (token: string, context: Deps): Promise<boolean> =>
  (await openExchangeToken(token, context)) !== undefined;

const openExchangeToken = async (token: string, context: Deps): Promise<string | undefined> =>
  (await openKx({ token, schema: Claims }, context))?.p;

/** Signs a value of `_kx`: a token, and the account that it is for. */
export const signKx = async (
  contents: Omit<Parameters<typeof signToken>[0], 'purpose'>,
  context: Deps,
): Promise<string> => `${await signToken({ purpose, ...contents }, context)}.${context.account}`;

/** Opens a value of `_kx`. Returns undefined if this account did not sign it with such claims, or has revoked it. */
export const openKx = async <S extends v.GenericSchema>(
  { token, schema }: { readonly token: string; readonly schema: S },
  context: Deps,
): Promise<v.InferOutput<S> | undefined> => {
  const suffix = `.${context.account}`;
  if (!token.endsWith(suffix)) return undefined;
  const opened = await openToken({ purpose, token: token.slice(0, -suffix.length), schema }, context);
  return opened.kind === 'valid' ? opened.claims : undefined;
};
