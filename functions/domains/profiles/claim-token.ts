import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Context } from '../accounts/context.ts';
import { isOwnToken, openKx, signKx } from './exchange-token.ts';
import type { ProfileInput } from './records/profile.ts';

/*
 * A claim token holds the identifiers that a browser claimed, encrypted. It is used as `_kx`, like the exchange token of
 * a link, but names no profile: it is created without looking anybody up, so it reveals nothing. See ADR 78.
 */

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** The kinds that may be claimed, strongest last: what does not fit is left out from the start. */
const claimableKinds = ['external_id', 'phone_number', 'email'] as const;
type Claims = { readonly [kind in (typeof claimableKinds)[number]]?: string | undefined };

const SealedClaims = v.object({
  claim: v.literal(1),
  external_id: v.optional(v.string()),
  phone_number: v.optional(v.string()),
  email: v.optional(v.string()),
});

/** A token is sent with each event, and kept in a cookie with at most 4,096 bytes. */
const MAX_CLAIM_BYTES = 600;

export interface ClaimedToken {
  /** Undefined if the call claims nothing. */
  readonly token?: string;
  /** Whether the token that the browser held is of another person, as far as the tokens say. */
  readonly isOtherPerson: boolean;
}

/**
 * Creates the token for what a browser claims, from the identifiers of the call and those of the token that it held. If
 * they differ in an identifier, or the held token came with a link, the call is about another person, and the held
 * token is not used. The same claims return the held token.
 */
export const createClaimToken = async (
  { identifiers, kx: held }: Pick<ProfileInput, 'identifiers' | 'kx'>,
  context: Deps,
): Promise<ClaimedToken> => {
  const given = claimsIn(identifiers);
  const before = held === undefined ? undefined : await openClaims(held, context);
  if (Object.keys(given).length === 0) return { ...(before && held && { token: held }), isOtherPerson: false };
  const isOtherPerson = before
    ? claimableKinds.some((kind) => given[kind] && before[kind] && given[kind] !== before[kind])
    : held !== undefined && (await isOwnToken(held, context));
  const claims = isOtherPerson ? given : { ...before, ...given };
  const isUnchanged = before && claimableKinds.every((kind) => claims[kind] === before[kind]);
  if (isUnchanged && held !== undefined) return { token: held, isOtherPerson };
  return { token: await seal(claims, context), isOtherPerson };
};

type ClaimInput = Pick<ProfileInput, 'id' | 'identifiers' | 'kx'>;

/**
 * Replaces claim tokens by the identifiers in them, where a call has none of its own. Like them, they prove nothing.
 * Other tokens stay. Each token is opened once: a browser sends the same one with a thousand events.
 */
export const expandAllClaims = async <Input extends ClaimInput>(
  inputs: readonly Input[],
  context: Deps,
): Promise<Input[]> => {
  const opened = new Map<string, Claims | undefined>();
  for (const { kx } of inputs) if (kx !== undefined && !opened.has(kx)) opened.set(kx, await openClaims(kx, context));
  return inputs.map((input) => {
    const { kx, ...rest } = input;
    const claims = kx === undefined ? undefined : opened.get(kx);
    if (!claims) return input;
    const hasOwn = input.id !== undefined || claimableKinds.some((kind) => input.identifiers[kind]);
    return { ...rest, identifiers: { ...(!hasOwn && claims), ...input.identifiers } } as Input;
  });
};

/** The same for one call. */
export const expandClaims = async <Input extends ClaimInput>(input: Input, context: Deps): Promise<Input> => {
  const [expanded = input] = await expandAllClaims([input], context);
  return expanded;
};

const claimsIn = (identifiers: ProfileInput['identifiers']): Claims =>
  Object.fromEntries(
    claimableKinds.flatMap((kind) => {
      const value = identifiers[kind];
      return value ? [[kind, value]] : [];
    }),
  );

const seal = async (claims: Claims, context: Deps): Promise<string> => {
  // Without a nonce, two browsers with the same claims would have the same token, and could be linked by it.
  const hidden: Record<string, string> = { nonce: randomBytes(6).toString('base64url') };
  let bytes = 0;
  for (const kind of claimableKinds.toReversed()) {
    const value = claims[kind];
    if (value === undefined) continue;
    bytes += Buffer.byteLength(JSON.stringify({ [kind]: value }));
    if (bytes <= MAX_CLAIM_BYTES) hidden[kind] = value;
  }
  return signKx({ claims: { claim: 1 }, hidden }, context);
};

const openClaims = async (token: string, context: Deps): Promise<Claims | undefined> => {
  const opened = await openKx({ token, schema: SealedClaims }, context);
  if (!opened) return undefined;
  const { claim: _, ...claims } = opened;
  return claims;
};
