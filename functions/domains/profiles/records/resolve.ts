import { spellingsOf } from '../../../model/email.ts';
import type { IdentifierKind } from '../../../model/identity.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { followMerges } from './merge-chain.ts';
import { idsOf, MAX_ID_LENGTH, type Profile, type ProfileInput } from './profile.ts';
import { type Identifier, identifiers, profiles } from './store.ts';
import { kindsByStrength } from './strength.ts';

export type Deps = Pick<Context, 'account' | 'table'> & Partial<Pick<Context, 'accountSettings'>>;

export interface IdentifierOwner {
  readonly kind: IdentifierKind;
  readonly value: string;
  /** The id of the profile that has it. */
  readonly owner?: string;
  /** The profiles merged into that one. */
  readonly sources?: readonly string[];
}

interface IdentifierLookup {
  readonly account: string;
  readonly kind: IdentifierKind;
  readonly value: string;
  /** The value as in the call, before spelling variants. */
  readonly requested: string;
  readonly callIndex: number;
}

const lookupsFor = (
  given: ProfileInput['identifiers'],
  callIndex: number,
  { account, accountSettings }: Pick<Deps, 'account' | 'accountSettings'>,
): IdentifierLookup[] => {
  const lookups: IdentifierLookup[] = [];
  for (const kind of kindsByStrength(accountSettings)) {
    const requested = given[kind];
    if (!requested) continue;
    for (const value of spellingsOf(kind, requested)) lookups.push({ account, kind, value, requested, callIndex });
  }
  return lookups;
};

/** Reads the owner of every identifier in a call, strongest first. One strongly consistent request. */
export const readIdentifierOwners = async (
  given: ProfileInput['identifiers'],
  context: Deps,
): Promise<readonly IdentifierOwner[]> => {
  const { table } = context;
  const lookups = lookupsFor(given, 0, context);
  const [only] = lookups;
  const items =
    only && lookups.length === 1 ? [await table.get(identifiers, only)] : await table.getMany(identifiers, lookups);
  return ownersByCall(lookups, items, 1)[0] ?? [];
};

/** Lists each identifier of each call once, with the owner of whichever spelling has one. */
const ownersByCall = (
  lookups: readonly IdentifierLookup[],
  items: readonly (Identifier | undefined)[],
  calls: number,
): IdentifierOwner[][] => {
  const owners = Array.from({ length: calls }, (): IdentifierOwner[] => []);
  for (const [i, { kind, requested: value, callIndex }] of lookups.entries()) {
    const own = owners[callIndex] ?? [];
    const before = own.at(-1);
    const isOtherSpelling = before?.kind === kind;
    if (isOtherSpelling && (before.owner !== undefined || !items[i])) continue;
    if (isOtherSpelling) own.pop();
    const { profileId: owner, sources } = items[i] ?? {};
    own.push({ kind, value, ...(owner !== undefined && { owner }), ...(sources && { sources }) });
  }
  return owners;
};

/** Like `readIdentifierOwners`, for many calls. One request per 100 identifiers. */
export const readIdentifierOwnersOfMany = async (
  calls: readonly ProfileInput['identifiers'][],
  context: Deps,
): Promise<readonly (readonly IdentifierOwner[])[]> => {
  const lookups = calls.flatMap((given, call) => lookupsFor(given, call, context));
  return ownersByCall(lookups, await context.table.getMany(identifiers, lookups), calls.length);
};

/** The id of a profile, and the ids merged into it. */
export interface Person {
  readonly id: string;
  readonly sources: readonly string[];
  /** Kinds of identifiers in the call that were left where they are. */
  readonly leftOut?: readonly IdentifierKind[];
}

export const personOf = (profile: Profile): Person => {
  const [id = profile.id, ...sources] = idsOf(profile);
  return { id, sources };
};

/** Reads a profile by its id, or throws a 404. */
export const getProfile = async (id: string, context: Deps): Promise<Profile> => {
  const profile = await findProfile(id, context);
  if (!profile) throw profileNotFoundError(id);
  return profile;
};

/** The key of a profile, for callers that read it together with other items. */
export const profileKey = (account: string, id: string) => profiles.key({ account, id });
export const profileFromItem = (item: Item): Profile => profiles.fromItem(item);

/** Reads those of many profiles that exist, in the order of the ids. A merged profile yields its destination. */
export const readProfiles = async (ids: readonly string[], context: Deps): Promise<Profile[]> => {
  const profileById = await readProfilesById(ids, context);
  return [...new Set(ids.flatMap((id) => profileById.get(id) ?? []))];
};

/** Like `readProfiles`, by the requested id. */
export const readProfilesById = (ids: readonly string[], context: Deps): Promise<ReadonlyMap<string, Profile>> =>
  followMerges(
    // DynamoDB limits the length of a key; a URL path does not.
    ids.filter((id) => id.length <= MAX_ID_LENGTH),
    (wanted) => readStoredProfiles(wanted, context),
  );

/** Like `readProfilesById`, of profiles as stored, which were just read. */
export const followFrom = (stored: readonly Profile[], context: Deps): Promise<ReadonlyMap<string, Profile>> =>
  followMerges(
    stored.map(({ id }) => id),
    (wanted) => readStoredProfiles(wanted, context),
    stored,
  );

/** Reads profiles as stored, including merged ones. */
export const readStoredProfiles = async (ids: readonly string[], { account, table }: Deps): Promise<Profile[]> => {
  const items = await table.getMany(
    profiles,
    ids.map((id) => ({ account, id })),
  );
  return items.filter((profile) => profile !== undefined);
};

/** Reads one profile. A merged profile yields its destination. */
export const findProfile = async (id: string, context: Deps): Promise<Profile | undefined> => {
  const { account, table } = context;
  const profile = id.length > MAX_ID_LENGTH ? undefined : await table.get(profiles, { account, id });
  if (profile?.mergedInto === undefined) return profile;
  return (await followMerges([id], (wanted) => readStoredProfiles(wanted, context), [profile])).get(id);
};

export const profileNotFoundError = (id: string): ApiError =>
  new ApiError('not_found', { detail: `There is no profile ${id.slice(0, MAX_ID_LENGTH)}.` });
