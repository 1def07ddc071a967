import { spellingsOf } from '../../../model/email.ts';
import type { IdentifierKind } from '../../../model/identity.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { followMerges } from './chain.ts';
import { idsOf, MAX_ID_LENGTH, type Profile, type ProfileInput } from './profile.ts';
import { type Identifier, identifiers, profiles } from './store.ts';
import { kindsByStrength } from './strength.ts';

export type Deps = Pick<Context, 'account' | 'table'> & Partial<Pick<Context, 'accountSettings'>>;

export interface IdentifierOwner {
  readonly kind: IdentifierKind;
  readonly value: string;
  /** The profile that holds it. */
  readonly owner?: string;
  /** The profiles that were merged into that one. */
  readonly sources?: readonly string[];
}

interface Asked {
  readonly account: string;
  readonly kind: IdentifierKind;
  readonly value: string;
  /** As the call has it. */
  readonly said: string;
  readonly call: number;
}

const askedBy = (
  given: ProfileInput['identifiers'],
  call: number,
  { account, accountSettings }: Pick<Deps, 'account' | 'accountSettings'>,
): Asked[] => {
  const asked: Asked[] = [];
  for (const kind of kindsByStrength(accountSettings)) {
    const said = given[kind];
    if (!said) continue;
    for (const value of spellingsOf(kind, said)) asked.push({ account, kind, value, said, call });
  }
  return asked;
};

/** Every identifier that a call names, strongest first, with its owner: one strongly consistent read for all. */
export const identifierOwners = async (
  given: ProfileInput['identifiers'],
  context: Deps,
): Promise<readonly IdentifierOwner[]> => {
  const { table } = context;
  const asked = askedBy(given, 0, context);
  const [only] = asked;
  const found =
    only && asked.length === 1 ? [await table.get(identifiers, only)] : await table.getMany(identifiers, asked);
  return namedAs(asked, found, 1)[0] ?? [];
};

/** Each identifier of each call once, with the owner that one of its spellings has. */
const namedAs = (
  asked: readonly Asked[],
  found: readonly (Identifier | undefined)[],
  calls: number,
): IdentifierOwner[][] => {
  const named = Array.from({ length: calls }, (): IdentifierOwner[] => []);
  for (const [i, { kind, said: value, call }] of asked.entries()) {
    const own = named[call] ?? [];
    const before = own.at(-1);
    const isOtherSpelling = before?.kind === kind;
    if (isOtherSpelling && (before.owner !== undefined || !found[i])) continue;
    if (isOtherSpelling) own.pop();
    const { profileId: owner, sources } = found[i] ?? {};
    own.push({ kind, value, ...(owner !== undefined && { owner }), ...(sources && { sources }) });
  }
  return named;
};

/** As `identifierOwners`, for many calls: one read for every hundred identifiers. */
export const identifierOwnersOfAll = async (
  calls: readonly ProfileInput['identifiers'][],
  context: Deps,
): Promise<readonly (readonly IdentifierOwner[])[]> => {
  const asked = calls.flatMap((given, call) => askedBy(given, call, context));
  return namedAs(asked, await context.table.getMany(identifiers, asked), calls.length);
};

/** A profile by its id, and those that were merged into it. */
export interface Person {
  readonly id: string;
  readonly sources: readonly string[];
  /** What the call said that names them and was left where it is. */
  readonly leftOut?: readonly IdentifierKind[];
}

export const personOf = (profile: Profile): Person => {
  const [id = profile.id, ...sources] = idsOf(profile);
  return { id, sources };
};

/** One profile by its id, or a 404. */
export const findProfile = async (id: string, context: Deps): Promise<Profile> => {
  const profile = await profileOf(id, context);
  if (!profile) throw noProfile(id);
  return profile;
};

/** Where a profile stands, for who reads it with other things. */
export const profileKey = (account: string, id: string) => profiles.key({ account, id });
export const profileFrom = (item: Item): Profile => profiles.fromItem(item);

/** Those of many profiles that are there, in the order of the ids; one that was merged away is the one that it is now. */
export const profilesOf = async (ids: readonly string[], context: Deps): Promise<Profile[]> => {
  const found = await profilesById(ids, context);
  return [...new Set(ids.flatMap((id) => found.get(id) ?? []))];
};

/** The same by the id that was asked for. */
export const profilesById = (ids: readonly string[], context: Deps): Promise<ReadonlyMap<string, Profile>> =>
  followMerges(
    // A key of DynamoDB has its limits, a path has none.
    ids.filter((id) => id.length <= MAX_ID_LENGTH),
    (wanted) => storedProfiles(wanted, context),
  );

/** As they are stored, also where they were merged away. */
export const storedProfiles = async (ids: readonly string[], { account, table }: Deps): Promise<Profile[]> => {
  const found = await table.getMany(
    profiles,
    ids.map((id) => ({ account, id })),
  );
  return found.filter((profile) => profile !== undefined);
};

/** One profile; for one that was merged away, the one that it is now. */
export const profileOf = async (id: string, context: Deps): Promise<Profile | undefined> => {
  const { account, table } = context;
  const profile = id.length > MAX_ID_LENGTH ? undefined : await table.get(profiles, { account, id });
  if (profile?.mergedInto === undefined) return profile;
  return (await followMerges([id], (wanted) => storedProfiles(wanted, context), [profile])).get(id);
};

export const noProfile = (id: string): ApiError =>
  new ApiError('not_found', { detail: `There is no profile ${id.slice(0, MAX_ID_LENGTH)}.` });
