import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { type IdentifierKind, identifierKinds } from './identity.ts';
import { MAX_ID_LENGTH, type Profile, type ProfileInput } from './profile.ts';
import { identifiers, profiles } from './store.ts';

export type Reach = Pick<Context, 'account' | 'table'>;

export interface Named {
  readonly kind: IdentifierKind;
  readonly value: string;
  /** The profile that holds it. */
  readonly owner?: string;
}

/** Every identifier that a call names, strongest first, with its owner: one strongly consistent read for all. */
export const namedBy = async (
  given: ProfileInput['identifiers'],
  { account, table }: Reach,
): Promise<readonly Named[]> => {
  const asked = identifierKinds.flatMap((kind) => {
    const value = given[kind];
    return value ? [{ account, kind, value }] : [];
  });
  const [only] = asked;
  const found =
    only && asked.length === 1 ? [await table.get(identifiers, only)] : await table.getMany(identifiers, asked);
  return asked.map(({ kind, value }, i) => {
    const owner = found[i]?.profileId;
    return { kind, value, ...(owner !== undefined && { owner }) };
  });
};

/** As `namedBy`, for many calls: one read for every hundred identifiers. */
export const namedByAll = async (
  calls: readonly ProfileInput['identifiers'][],
  { account, table }: Reach,
): Promise<readonly (readonly Named[])[]> => {
  const asked = calls.flatMap((given, call) =>
    identifierKinds.flatMap((kind) => {
      const value = given[kind];
      return value ? [{ account, kind, value, call }] : [];
    }),
  );
  const found = await table.getMany(identifiers, asked);
  const named = calls.map((): Named[] => []);
  for (const [i, { kind, value, call }] of asked.entries()) {
    const owner = found[i]?.profileId;
    named[call]?.push({ kind, value, ...(owner !== undefined && { owner }) });
  }
  return named;
};

/** The profile that a call means: by its own id, or else the owner of the strongest identifier that has one. */
export const meant = (id: string | undefined, named: readonly Named[]): string | undefined =>
  id ?? named.find(({ owner }) => owner !== undefined)?.owner;

/**
 * Whether a call that knows a profile only by its browser is about another person, who uses the same browser: it says an
 * identifier of which the profile has another value.
 */
export const isSomebodyElse = (
  current: Profile,
  { identifiers: given }: Pick<ProfileInput, 'identifiers'>,
  named: readonly Named[],
): boolean =>
  named.every(({ kind, owner }) => kind === 'anonymous_id' || owner === undefined) &&
  (['external_id', 'email', 'phone_number'] as const).some((kind) => {
    const said = given[kind];
    return said && current[kind] !== undefined && current[kind] !== said;
  });

/** One profile by its id, or a 404. */
export const findProfile = async (id: string, context: Reach): Promise<Profile> => {
  const profile = await profileOf(id, context);
  if (!profile) throw noProfile(id);
  return profile;
};

/** Those of many profiles that are there, in the order of the ids. */
export const profilesOf = async (ids: readonly string[], { account, table }: Reach): Promise<Profile[]> => {
  const found = await table.getMany(
    profiles,
    ids.map((id) => ({ account, id })),
  );
  return found.filter((profile) => profile !== undefined);
};

/** Those of many profiles that are there, by the id that was asked for. */
export const profilesById = async (ids: readonly string[], context: Reach): Promise<ReadonlyMap<string, Profile>> => {
  const asked = [...new Set(ids)].filter((id) => id.length <= MAX_ID_LENGTH);
  return new Map((await profilesOf(asked, context)).map((profile) => [profile.id, profile]));
};

/** A key of DynamoDB has its limits, a path has none. */
export const profileOf = async (id: string, { account, table }: Reach): Promise<Profile | undefined> =>
  id.length > MAX_ID_LENGTH ? undefined : table.get(profiles, { account, id });

export const noProfile = (id: string): ApiError =>
  new ApiError('not_found', { detail: `There is no profile ${id.slice(0, MAX_ID_LENGTH)}.` });
