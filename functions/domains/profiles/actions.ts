import { isDeepStrictEqual } from 'node:util';
import { type Alias, identifierKinds } from '../../model/identity.ts';
import { ApiError } from '../../platform/errors.ts';
import { retryOnContention } from '../../platform/retry.ts';
import type { Context } from '../accounts/context.ts';
import { clearErasureMarks, erasedError } from '../erased/actions.ts';
import { blockedIdentifierProblems, refuseBlocked } from './blocked-identifiers.ts';
import { expandClaims } from './claim-token.ts';
import { findProfileByToken, isOwnToken } from './exchange-token.ts';
import { matchOptions, matchProfile, type ProfileMatch } from './match-profile.ts';
import { mergeByToken, mergeCandidates } from './merge-on-upsert.ts';
import { type PlannedUpsert, planUpsert, type Upserted, type UpsertRules } from './plan.ts';
import { refuseOversized } from './public-calls.ts';
import {
  needsDecoys,
  type OwnersRead,
  readErasedIdentifiers,
  readOwnerProfiles,
  readOwners,
  sendDecoyOwnerRead,
} from './read-owners.ts';
import { withoutOverwrites } from './records/change.ts';
import { sendDecoyTransaction } from './records/decoys.ts';
import { type ProfileInput, textFields } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import {
  type IdentifierOwner,
  type Person,
  personOf,
  readIdentifierOwners,
  readIdentifierOwnersOfMany,
  readStoredProfiles,
} from './records/resolve.ts';

/** Without `accountSettings`, the default settings apply. */
type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings' | 'caller'>>;

const TRIES = 16;

/**
 * Finds the profile that a call names. Creates it if there is none, and updates it if the call brings new data. Safe
 * with any number of concurrent writers: a condition on its item keeps each identifier unique, and an update is
 * conditional on the revision that it was computed from.
 *
 * @throws ApiError `erased` if an identifier belongs to an erased person; `duplicate_profile` with
 * `meta.duplicate_profile_id`; `not_found` for an unknown id; `invalid` if nothing identifies the person.
 */
export const upsertProfile = async (input: ProfileInput, rules: UpsertRules, context: Deps): Promise<Upserted> => {
  const expanded = await expandClaims(input, context);
  const allowedInput = rules.caller === 'public' ? withoutOverwrites(expanded) : expanded;
  if (rules.caller === 'public') {
    // Before the lookup: known and unknown people get the same error.
    refuseBlocked(allowedInput, context.accountSettings);
    refuseOversized(allowedInput);
  }
  return retryOnContention(() => attemptUpsert(allowedInput, rules, context), { tries: TRIES, what: 'this profile' });
};

/**
 * Finds or creates the profile that a call names, and returns its id and the ids merged into it. Needs one read if the
 * profile exists and the call holds nothing but its identifiers; otherwise works like `upsertProfile`.
 */
export const resolvePerson = async (input: ProfileInput, rules: UpsertRules, context: Deps): Promise<Person> => {
  if (!input.id && hasOnlyIdentifiers(input) && !needsDecoys(input, rules)) {
    const person = matchKnownPerson(input, await readIdentifierOwners(input.identifiers, context), context);
    if (person) return person;
  }
  const { profile, leftOut } = await upsertProfile(input, rules, context);
  return { ...personOf(profile), ...(leftOut && { leftOut }) };
};

/** Like `resolvePerson`, but returns the id only. */
export const resolveProfileId = async (input: ProfileInput, rules: UpsertRules, context: Deps): Promise<string> =>
  (await resolvePerson(input, rules, context)).id;

/**
 * Finds the people for whom `resolvePerson` needs only its one read, in the order of the calls. Reads one batch per 100
 * identifiers. The others are undefined.
 */
export const readKnownPersons = async (
  inputs: readonly ProfileInput[],
  context: Deps,
): Promise<(Person | undefined)[]> => {
  const owners = await readIdentifierOwnersOfMany(
    inputs.map((input) => (!input.id && hasOnlyIdentifiers(input) ? input.identifiers : {})),
    context,
  );
  return inputs.map((input, i) => matchKnownPerson(input, owners[i] ?? [], context));
};

/**
 * The person that all identifiers of a call belong to, from owners already read. Undefined if the call needs an upsert.
 */
export const matchKnownPerson = (
  input: ProfileInput,
  owners: readonly IdentifierOwner[],
  { accountSettings }: Pick<Deps, 'accountSettings'>,
): Person | undefined => {
  if (input.id || !hasOnlyIdentifiers(input) || blockedIdentifierProblems(input, accountSettings).length > 0)
    return undefined;
  const [{ owner: id, sources = [] } = {}] = owners;
  const isComplete = owners.length === identifierKinds.filter((kind) => input.identifiers[kind]).length;
  return id !== undefined && isComplete && owners.every(({ owner }) => owner === id) ? { id, sources } : undefined;
};

const hasOnlyIdentifiers = ({ fields, location, properties, patch, emails, identifiers }: ProfileInput): boolean =>
  !patch &&
  !emails &&
  location === undefined &&
  (properties === undefined || (properties !== null && Object.keys(properties).length === 0)) &&
  textFields.every((field) => fields[field] === undefined) &&
  identifierKinds.every((kind) => identifiers[kind] !== null);

/** Returns undefined if another writer was faster. The caller then starts over. */
const attemptUpsert = async (input: ProfileInput, rules: UpsertRules, context: Deps): Promise<Upserted | undefined> => {
  const sendsDecoys = needsDecoys(input, rules);
  const ownersRead = await readOwners(input, rules, context);
  const { owners } = ownersRead;
  const erased = await readErasedIdentifiers(
    input,
    { owners: [...owners, ...(ownersRead.emailOwners ?? [])], sendsDecoys },
    context,
  );
  if (erased.length > 0 && !rules.isVerifiedOwner) {
    if (sendsDecoys) await sendDecoyOwnerRead(input, context);
    if (sendsDecoys) await sendDecoyTransaction(context);
    throw erasedError(erased, (one) => identifierPointer(one, input));
  }
  if (erased.length > 0) await clearErasureMarks(erased, context);
  const tokenProfile = input.id || !input.kx ? undefined : await findProfileByToken(input.kx, context);
  if (
    rules.caller === 'public' &&
    owners.length === 0 &&
    input.kx &&
    !tokenProfile &&
    (await isOwnToken(input.kx, context))
  )
    throw erasedError([]);
  const profileById = rules.mustCreate ? new Map() : await readOwnerProfiles(input, owners, sendsDecoys, context);
  const result = rules.mustCreate
    ? { match: tokenProfile && ({ profile: tokenProfile, by: 'token' } as const), others: [] }
    : matchProfile(
        input,
        { owners, profileById, byId: profileById.get(input.id ?? ''), tokenProfile },
        matchOptions(rules, context),
      );
  if (!result) return undefined;
  const { match } = result;
  if (match && tokenProfile && (await mergeByToken(input, { current: match.profile, tokenProfile }, rules, context)))
    return undefined;
  if (match && (await mergeCandidates(match, result.others, rules, context))) return undefined;
  const plan = await planOrRetry(input, rules, { ownersRead, result }, context);
  if (!plan) return undefined;
  const { writes, bytes: _, ...upserted } = plan;
  const [only] = writes;
  if (!only && sendsDecoys) await sendDecoyTransaction(context);
  if (!only) return upserted;
  const { done } =
    writes.length === 1 && !sendsDecoys ? await context.table.write(only) : await context.table.transact(writes);
  return done ? upserted : undefined;
};

interface ReadResult {
  readonly ownersRead: OwnersRead;
  readonly result: ProfileMatch;
}

/**
 * Calls `planUpsert`. An error may result from reads at different moments: if the data has changed since, returns
 * undefined, and the caller starts over.
 */
const planOrRetry = async (
  input: ProfileInput,
  rules: UpsertRules,
  { ownersRead, result }: ReadResult,
  context: Deps,
): Promise<PlannedUpsert | undefined> => {
  const { match, others } = result;
  const owners = match ? ownersRead.owners : ownersRead.ownersIfNew;
  try {
    return planUpsert(
      ownersRead.input,
      rules,
      { ...result, owners, emailOwners: ownersRead.emailOwners ?? [] },
      context,
    );
  } catch (error) {
    if (!(error instanceof ApiError) || !match) throw error;
    const profiles = [match, ...others].map(({ profile }) => profile);
    const ids = profiles.map(({ id }) => id);
    const [ownersAgain, profilesNow] = await Promise.all([
      readOwners(input, rules, context),
      readStoredProfiles(ids, context),
    ]);
    const isSame = profiles.every(({ id, rev }) => profilesNow.some((one) => one.id === id && one.rev === rev));
    if (!isSame || !isDeepStrictEqual(ownersAgain.owners, ownersRead.owners)) return undefined;
    if (!isDeepStrictEqual(ownersAgain.emailOwners, ownersRead.emailOwners)) return undefined;
    throw error;
  }
};

/** The JSON pointer to an identifier in the request. */
const identifierPointer = ({ kind, value }: Alias, { identifiers, emails }: ProfileInput): string =>
  identifiers[kind] !== value && emails?.append.includes(value) ? partPointers.addedEmails : partPointers[kind];
