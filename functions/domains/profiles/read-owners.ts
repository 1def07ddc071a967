import type { Alias } from '../../model/identity.ts';
import type { Context } from '../accounts/context.ts';
import { filterErased } from '../erased/actions.ts';
import type { UpsertRules } from './plan.ts';
import { hasGuessableIdentifier, readPublicOwners } from './public-calls.ts';
import { sendDecoyBatchGet, sendDecoyGet } from './records/decoys.ts';
import { identifiersIn, type Profile, type ProfileInput } from './records/profile.ts';
import {
  findProfile,
  type IdentifierOwner,
  readIdentifierOwners,
  readIdentifierOwnersOfMany,
  readProfilesById,
} from './records/resolve.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings'>>;

export interface OwnersRead {
  readonly input: ProfileInput;
  readonly owners: readonly IdentifierOwner[];
  readonly ownersIfNew: readonly IdentifierOwner[];
  /** The owners of the e-mail addresses that the call appends. */
  readonly emailOwners?: readonly IdentifierOwner[];
}

/** Whether the call must send the table the same requests for every person. */
export const needsDecoys = (input: ProfileInput, { sendsDecoys = false }: UpsertRules): boolean =>
  sendsDecoys && hasGuessableIdentifier(input);

export const readOwners = async (input: ProfileInput, { caller }: UpsertRules, context: Deps): Promise<OwnersRead> => {
  if (caller === 'public') return readPublicOwners(input, context);
  const appended = (input.emails?.append ?? []).map((email) => ({ email }));
  if (appended.length > 0) {
    const [owners = [], ...emails] = await readIdentifierOwnersOfMany([input.identifiers, ...appended], context);
    return { input, owners, ownersIfNew: owners, emailOwners: emails.flat() };
  }
  const owners = await readIdentifierOwners(input.identifiers, context);
  return { input, owners, ownersIfNew: owners };
};

/**
 * Reads the profiles that own the identifiers, in one request. With `sendsDecoys`, the request has the same form
 * whether or not they exist.
 */
export const readOwnerProfiles = async (
  input: ProfileInput,
  owners: readonly IdentifierOwner[],
  sendsDecoys: boolean,
  context: Deps,
): Promise<ReadonlyMap<string, Profile>> => {
  const { id } = input;
  const ids = new Set([...(id === undefined ? [] : [id]), ...owners.flatMap(({ owner }) => owner ?? [])]);
  if (ids.size === 0) {
    if (sendsDecoys) await sendDecoyOwnerRead(input, context);
    return new Map();
  }
  const [only = ''] = ids;
  if (ids.size > 1 || (sendsDecoys && mayMatchSeveral(input))) return readProfilesById([...ids], context);
  const profile = await findProfile(only, context);
  return new Map(profile && [[only, profile]]);
};

export const sendDecoyOwnerRead = (input: ProfileInput, context: Deps): Promise<void> =>
  mayMatchSeveral(input) ? sendDecoyBatchGet(context) : sendDecoyGet(context);

/** Judged by the call alone. The stand-in of an external id may belong to a different profile than the external id. */
const mayMatchSeveral = ({ identifiers }: ProfileInput): boolean =>
  Boolean(identifiers.external_id) || identifiersIn(identifiers).length > 1;

/** The identifiers of a call that belonged to an erased person. Only that person may bring them back. */
export const readErasedIdentifiers = async (
  { identifiers, emails }: ProfileInput,
  { owners, sendsDecoys }: { readonly owners: readonly IdentifierOwner[]; readonly sendsDecoys: boolean },
  context: Deps,
): Promise<readonly Alias[]> => {
  const appended = (emails?.append ?? []).map((value) => ({ kind: 'email', value }) as const);
  const identifiersOfCall = [...identifiersIn(identifiers), ...appended];
  const isFree = ({ kind, value }: Alias): boolean =>
    !owners.some((one) => one.kind === kind && one.value === value && one.owner !== undefined);
  return (await filterErased(sendsDecoys ? identifiersOfCall : identifiersOfCall.filter(isFree), context)).filter(
    isFree,
  );
};
