import { isDeepStrictEqual } from 'node:util';
import { type Alias, identifierKinds } from '../../model/identity.ts';
import { ApiError } from '../../platform/errors.ts';
import { retryOnContention } from '../../platform/retry.ts';
import type { Context } from '../accounts/context.ts';
import { clearErasureMarks, erasedAmong, wasErased } from '../erased/actions.ts';
import { profileByToken, wasMadeHere } from './exchange.ts';
import { blockedIdentifierProblems, refuseBlocked } from './identify.ts';
import { mergeByToken, mergeCandidates } from './merge-on-upsert.ts';
import { type PlannedUpsert, planUpsert, type Upserted, type UpsertRules } from './plan.ts';
import { namesGuessable, readAsPublic, refuseOversized } from './public.ts';
import { howOf, type Recognized, recognize } from './recognize.ts';
import { withoutOverwrites } from './records/change.ts';
import { decoyGet, decoyRead, decoyTransaction } from './records/decoys.ts';
import { identifiersIn, type Profile, type ProfileInput, textFields } from './records/profile.ts';
import { partPointers } from './records/profile-parts.ts';
import {
  type IdentifierOwner,
  identifierOwners,
  identifierOwnersOfAll,
  type Person,
  personOf,
  profileOf,
  profilesById,
  storedProfiles,
} from './records/resolve.ts';

/** Without the settings of its account, what holds by default does. */
type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings' | 'caller'>>;

const TRIES = 16;

/**
 * The profile that a call names, made where there is none and changed where the call says something new. Safe against
 * any number of writers at once: identifiers are unique by the condition on their items, and a change is written only
 * over the revision that it was made from.
 *
 * @throws ApiError `erased` where somebody had one of the identifiers who was erased, `duplicate_profile` with `meta.duplicate_profile_id`, `not_found` for an id that there isn't,
 * `invalid` where nothing identifies the person.
 */
export const upsertProfile = async (input: ProfileInput, rules: UpsertRules, context: Deps): Promise<Upserted> => {
  const said = rules.caller === 'public' ? withoutOverwrites(input) : input;
  if (rules.caller === 'public') {
    // Before the lookup: the refusal is the same for known and unknown people.
    refuseBlocked(said, context.accountSettings);
    refuseOversized(said);
  }
  return retryOnContention(() => attemptUpsert(said, rules, context), { tries: TRIES, what: 'this profile' });
};

/**
 * The profile that a call names, and those that were merged into it. Costs one read where the person is known and nothing
 * is said of them besides identifiers that they have; otherwise as `upsertProfile`.
 */
export const personFor = async (input: ProfileInput, rules: UpsertRules, context: Deps): Promise<Person> => {
  if (!input.id && saysNothing(input) && !isCovered(input, rules)) {
    const known = knownPersonIn(input, await identifierOwners(input.identifiers, context), context);
    if (known) return known;
  }
  const { profile, leftOut } = await upsertProfile(input, rules, context);
  return { ...personOf(profile), ...(leftOut && { leftOut }) };
};

/** The same by its id alone. */
export const profileIdFor = async (input: ProfileInput, rules: UpsertRules, context: Deps): Promise<string> =>
  (await personFor(input, rules, context)).id;

/**
 * Those of many calls for which `personFor` would need its one read alone, in their order: one read for every hundred
 * identifiers.
 */
export const knownPersons = async (inputs: readonly ProfileInput[], context: Deps): Promise<(Person | undefined)[]> => {
  const named = await identifierOwnersOfAll(
    inputs.map((input) => (!input.id && saysNothing(input) ? input.identifiers : {})),
    context,
  );
  return inputs.map((input, i) => knownPersonIn(input, named[i] ?? [], context));
};

/** The same for one, by what was read of whom it names. */
export const knownPersonIn = (
  input: ProfileInput,
  named: readonly IdentifierOwner[],
  { accountSettings }: Pick<Deps, 'accountSettings'>,
): Person | undefined => {
  if (input.id || !saysNothing(input) || blockedIdentifierProblems(input, accountSettings).length > 0) return undefined;
  const [{ owner: id, sources = [] } = {}] = named;
  const isWhole = named.length === identifierKinds.filter((kind) => input.identifiers[kind]).length;
  return id !== undefined && isWhole && named.every(({ owner }) => owner === id) ? { id, sources } : undefined;
};

const saysNothing = ({ fields, location, properties, patch, emails, identifiers: given }: ProfileInput): boolean =>
  !patch &&
  !emails &&
  location === undefined &&
  (properties === undefined || (properties !== null && Object.keys(properties).length === 0)) &&
  textFields.every((field) => fields[field] === undefined) &&
  identifierKinds.every((kind) => given[kind] !== null);

interface ReadFor {
  readonly input: ProfileInput;
  readonly named: readonly IdentifierOwner[];
  readonly namedAsNew: readonly IdentifierOwner[];
  /** Who holds the addresses that the call appends. */
  readonly addresses?: readonly IdentifierOwner[];
}

/** Whether the call sends the table the same requests for every person. */
const isCovered = (input: ProfileInput, { hidesWho = false }: UpsertRules): boolean =>
  hidesWho && namesGuessable(input);

const read = async (said: ProfileInput, { caller }: UpsertRules, context: Deps): Promise<ReadFor> => {
  if (caller === 'public') return readAsPublic(said, context);
  const appended = (said.emails?.append ?? []).map((email) => ({ email }));
  if (appended.length > 0) {
    const [named = [], ...addresses] = await identifierOwnersOfAll([said.identifiers, ...appended], context);
    return { input: said, named, namedAsNew: named, addresses: addresses.flat() };
  }
  const named = await identifierOwners(said.identifiers, context);
  return { input: said, named, namedAsNew: named };
};

/** Undefined where another writer was quicker: everything is then read again. */
const attemptUpsert = async (said: ProfileInput, rules: UpsertRules, context: Deps): Promise<Upserted | undefined> => {
  const covers = isCovered(said, rules);
  const reading = await read(said, rules, context);
  const { named } = reading;
  const erased = await erasedIn(said, { named: [...named, ...(reading.addresses ?? [])], covers }, context);
  if (erased.length > 0 && !rules.isProved) {
    if (covers) await decoyOwners(said, context);
    if (covers) await decoyTransaction(context);
    throw wasErased(erased, (one) => pointerTo(one, said));
  }
  if (erased.length > 0) await clearErasureMarks(erased, context);
  const byToken = said.id || !said.kx ? undefined : await profileByToken(said.kx, context);
  if (rules.caller === 'public' && named.length === 0 && said.kx && !byToken && (await wasMadeHere(said.kx, context)))
    throw wasErased([]);
  const owners = rules.mustCreate ? new Map() : await ownersForUpsert(said, named, covers, context);
  const recognized = rules.mustCreate
    ? { match: byToken && ({ profile: byToken, by: 'token' } as const), others: [] }
    : recognize(said, { named, owners, byId: owners.get(said.id ?? ''), byToken }, howOf(rules, context));
  if (!recognized) return undefined;
  const { match } = recognized;
  if (match && byToken && (await mergeByToken(said, { current: match.profile, byToken }, rules, context)))
    return undefined;
  if (match && (await mergeCandidates(match, recognized.others, rules, context))) return undefined;
  const planned = await plannedFrom(said, rules, { reading, recognized }, context);
  if (!planned) return undefined;
  const { writes, bytes: _, ...upserted } = planned;
  const [only] = writes;
  if (!only && covers) await decoyTransaction(context);
  if (!only) return upserted;
  const { done } =
    writes.length === 1 && !covers ? await context.table.write(only) : await context.table.transact(writes);
  return done ? upserted : undefined;
};

/** The profiles that a call names, in one request: which it is tells nothing where `covers` is set. */
const ownersForUpsert = async (
  said: ProfileInput,
  named: readonly IdentifierOwner[],
  covers: boolean,
  context: Deps,
): Promise<ReadonlyMap<string, Profile>> => {
  const { id } = said;
  const ids = new Set([...(id === undefined ? [] : [id]), ...named.flatMap(({ owner }) => owner ?? [])]);
  if (ids.size === 0) {
    if (covers) await decoyOwners(said, context);
    return new Map();
  }
  const [only = ''] = ids;
  if (ids.size > 1 || (covers && mayNameSeveral(said))) return profilesById([...ids], context);
  const profile = await profileOf(only, context);
  return new Map(profile && [[only, profile]]);
};

const decoyOwners = (said: ProfileInput, context: Deps): Promise<void> =>
  mayNameSeveral(said) ? decoyRead(context) : decoyGet(context);

/** By the call alone. What stands in for an external id may be another profile's than the id. */
const mayNameSeveral = ({ identifiers }: ProfileInput): boolean =>
  Boolean(identifiers.external_id) || identifiersIn(identifiers).length > 1;

interface Read {
  readonly reading: ReadFor;
  readonly recognized: Recognized;
}

/** As `planUpsert`. A refusal that comes of reads of different moments is none: everything is then read again. */
const plannedFrom = async (
  said: ProfileInput,
  rules: UpsertRules,
  { reading, recognized }: Read,
  context: Deps,
): Promise<PlannedUpsert | undefined> => {
  const { match, others } = recognized;
  const named = match ? reading.named : reading.namedAsNew;
  try {
    return planUpsert(reading.input, rules, { ...recognized, named, addresses: reading.addresses ?? [] }, context);
  } catch (error) {
    if (!(error instanceof ApiError) || !match) throw error;
    const seen = [match, ...others].map(({ profile }) => profile);
    const ids = seen.map(({ id }) => id);
    const [again, now] = await Promise.all([read(said, rules, context), storedProfiles(ids, context)]);
    const isSame = seen.every(({ id, rev }) => now.some((one) => one.id === id && one.rev === rev));
    if (!isSame || !isDeepStrictEqual(again.named, reading.named)) return undefined;
    if (!isDeepStrictEqual(again.addresses, reading.addresses)) return undefined;
    throw error;
  }
};

/** Where a call names an identifier. */
const pointerTo = ({ kind, value }: Alias, { identifiers, emails }: ProfileInput): string =>
  identifiers[kind] !== value && emails?.append.includes(value) ? partPointers.addedEmails : partPointers[kind];

/** The identifiers of a call that somebody had who was erased: they are nobody's to bring back but their own. */
const erasedIn = async (
  { identifiers, emails }: ProfileInput,
  { named, covers }: { readonly named: readonly IdentifierOwner[]; readonly covers: boolean },
  context: Deps,
): Promise<readonly Alias[]> => {
  const appended = (emails?.append ?? []).map((value) => ({ kind: 'email', value }) as const);
  const said = [...identifiersIn(identifiers), ...appended];
  const isFree = ({ kind, value }: Alias): boolean =>
    !named.some((one) => one.kind === kind && one.value === value && one.owner !== undefined);
  return (await erasedAmong(covers ? said : said.filter(isFree), context)).filter(isFree);
};
