import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { declineOptIn } from '../../domains/consent/opt-in/decline.ts';
import { refuseConfirmationMails } from '../../domains/consent/opt-in/limits.ts';
import type { Evidence } from '../../domains/consent/records/consent.ts';
import { findProfile, readIdentifierOwners } from '../../domains/profiles/records/resolve.ts';
import { LegacyEmail } from '../../model/identity.ts';
import { leave, unsubscribe } from './preferences.ts';

/** The address that a mail went to, encrypted in its links: profiles and opt-ins may be gone before the mail is. */
const address = { e: v.optional(v.string()) };
export const OfPerson = v.object({ p: v.string(), l: v.optional(v.string()), ...address });
export type OfPerson = v.InferOutput<typeof OfPerson>;
/** The recipient of a confirmation mail has no profile yet, so its links name the opt-in. */
export const Claims = v.union([OfPerson, v.object({ o: v.string(), ...address })]);
export type Claims = v.InferOutput<typeof Claims>;

/** Finds the profile of a link, or else the owner of the address that the mail went to. */
export const profileIdIn = async ({ p, e }: OfPerson, context: Context): Promise<string | undefined> =>
  (await findProfile(p, context))?.id ?? (await ownerOf(e, context));

const ownerOf = async (email: string | undefined, context: Context): Promise<string | undefined> => {
  // Normalized as it is today, which may differ from the day the mail was sent.
  const read = v.safeParse(LegacyEmail, email);
  if (!read.success) return undefined;
  const [identifier] = await readIdentifierOwners({ email: read.output }, context);
  return identifier?.owner;
};

/** `unknown` if neither a profile nor an address of the recipient remains. Nothing was changed then. */
export type Unsubscribed = 'unsubscribed' | 'declined' | 'unknown';

/**
 * Unsubscribes the recipient of a mail: the profile that it was for, and the profile that has its address now. An
 * address without an owner gets no confirmation mails for a while.
 */
export const unsubscribeRecipient = async (
  claims: Claims,
  { isOfList, evidence }: { readonly isOfList: boolean; readonly evidence: Evidence },
  context: Context,
): Promise<Unsubscribed> => {
  const isOptIn = 'o' in claims;
  const { email = claims.e, profileId } = isOptIn ? await declineOptIn(claims.o, context) : { profileId: claims.p };
  const profile = profileId === undefined ? undefined : await findProfile(profileId, context);
  const owner = await ownerOf(email, context);
  const profileIds = new Set([profile?.id, owner].filter((id) => id !== undefined));
  if (email !== undefined && (isOptIn || profileIds.size === 0)) await refuseConfirmationMails(email, context);
  if (profileIds.size === 0) return email === undefined ? 'unknown' : 'declined';
  const listId = isOfList && !isOptIn ? claims.l : undefined;
  for (const id of profileIds) {
    if (listId !== undefined) await leave(id, listId, evidence, context);
    else await unsubscribe(id, evidence, context);
  }
  return 'unsubscribed';
};
