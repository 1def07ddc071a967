import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../context.ts';
import { erasedAmong, letIn, wasErased } from '../erased/actions.ts';
import { ApiError } from '../errors.ts';
import { addingOnly } from './change.ts';
import { decoyGet, decoyTransaction } from './decoys.ts';
import { profileByToken, wasMadeHere } from './exchange.ts';
import { blockedIn, refuseBlocked } from './identify.ts';
import { identifierKinds } from './identity.ts';
import { outcomeBefore } from './imported.ts';
import { mergeProfiles } from './merge/actions.ts';
import { mayMerge } from './merge/automatic.ts';
import { ownKinds } from './merge/holding.ts';
import { type Known, type PlannedUpsert, planUpsert, type Upserted, type UpsertRules } from './plan.ts';
import { type Alias, identifiersIn, type Profile, type ProfileInput, textFields } from './profile.ts';
import { hasOtherExternalId, namesGuessable, readAsPublic, refuseOversized } from './public.ts';
import {
  isSomebodyElse,
  meant,
  type Named,
  namedBy,
  namedByAll,
  type Person,
  personOf,
  profileOf,
  profilesOf,
  storedProfiles,
} from './resolve.ts';

/** Without the settings of its account, what holds by default does. */
type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'> &
  Partial<Pick<Context, 'accountSettings' | 'caller'>>;

const TRIES = 16;

/**
 * The profile that a call names, made where there is none and changed where the call says something new. Safe against
 * any number of writers at once: identifiers are unique by the condition on their items, and a change is written only
 * over the revision that it was made from.
 *
 * @throws ApiError `erased` where somebody had one of the identifiers who was erased, `duplicate_profile` with `meta.duplicate_profile_id`, `not_found` for an id that there isn't,
 * `invalid` where nothing identifies the person.
 */
export const upsertProfile = async (input: ProfileInput, rules: UpsertRules, context: Reach): Promise<Upserted> => {
  const said = rules.caller === 'public' ? addingOnly(input) : input;
  if (rules.caller === 'public') {
    // Before it is looked who is known: whoever it is, the same is refused.
    refuseBlocked(said, context.accountSettings);
    refuseOversized(said);
  }
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const done = await attemptUpsert(said, rules, context);
    if (done) return done;
    await sleep(Math.random() * 10 * 2 ** Math.min(attempt, 6));
  }
  throw new ApiError(
    'unavailable',
    { detail: 'Too many writers change this profile at once. Try again.' },
    { 'Retry-After': '1' },
  );
};

/**
 * The profile that a call names, and those that were merged into it. Costs one read where the person is known and nothing
 * is said of them besides identifiers that they have; otherwise as `upsertProfile`.
 */
export const personFor = async (input: ProfileInput, rules: UpsertRules, context: Reach): Promise<Person> => {
  if (!input.id && saysNothing(input) && !isCovered(input, rules)) {
    const known = knownPersonIn(input, await namedBy(input.identifiers, context), context);
    if (known) return known;
  }
  return personOf((await upsertProfile(input, rules, context)).profile);
};

/** The same by its id alone. */
export const profileIdFor = async (input: ProfileInput, rules: UpsertRules, context: Reach): Promise<string> =>
  (await personFor(input, rules, context)).id;

/**
 * Those of many calls for which `personFor` would need its one read alone, in their order: one read for every hundred
 * identifiers.
 */
export const knownPersons = async (
  inputs: readonly ProfileInput[],
  context: Reach,
): Promise<(Person | undefined)[]> => {
  const named = await namedByAll(
    inputs.map((input) => (!input.id && saysNothing(input) ? input.identifiers : {})),
    context,
  );
  return inputs.map((input, i) => knownPersonIn(input, named[i] ?? [], context));
};

/** The same for one, by what was read of whom it names. */
export const knownPersonIn = (
  input: ProfileInput,
  named: readonly Named[],
  { accountSettings }: Pick<Reach, 'accountSettings'>,
): Person | undefined => {
  if (input.id || !saysNothing(input) || blockedIn(input, accountSettings).length > 0) return undefined;
  const [{ owner: id, sources = [] } = {}] = named;
  const isWhole = named.length === identifierKinds.filter((kind) => input.identifiers[kind]).length;
  return id !== undefined && isWhole && named.every(({ owner }) => owner === id) ? { id, sources } : undefined;
};

const saysNothing = ({ fields, location, properties, patch, identifiers: given }: ProfileInput): boolean =>
  !patch &&
  location === undefined &&
  (properties === undefined || (properties !== null && Object.keys(properties).length === 0)) &&
  textFields.every((field) => fields[field] === undefined) &&
  identifierKinds.every((kind) => given[kind] !== null);

/** Whether the same is asked of the table whoever the call is about. */
const isCovered = (input: ProfileInput, { hidesWho = false }: UpsertRules): boolean =>
  hidesWho && namesGuessable(input);

const read = async (said: ProfileInput, { caller }: UpsertRules, context: Reach) =>
  caller === 'public'
    ? await readAsPublic(said, context)
    : { input: said, named: await namedBy(said.identifiers, context) };

/** Undefined where another writer was quicker: everything is then read again. */
const attemptUpsert = async (said: ProfileInput, rules: UpsertRules, context: Reach): Promise<Upserted | undefined> => {
  const covers = isCovered(said, rules);
  const { input, named } = await read(said, rules, context);
  const erased = await erasedIn(said, { named, covers }, context);
  if (erased.length > 0 && !rules.isProved) {
    if (covers) await decoyGet(context);
    if (covers) await decoyTransaction(context);
    throw wasErased(erased);
  }
  if (erased.length > 0) await letIn(erased, context);
  const id = meant(input.id, named);
  const byToken = input.id || !input.kx ? undefined : await profileByToken(input.kx, context);
  const isByToken = id === undefined && byToken !== undefined;
  if (rules.caller === 'public' && named.length === 0 && input.kx && !byToken && (await wasMadeHere(input.kx, context)))
    throw wasErased([]);
  if (covers && id === undefined) await decoyGet(context);
  const current = isByToken || id === undefined || rules.mustCreate ? byToken : await profileOf(id, context);
  if (current && byToken && (await joinedByToken(current, byToken, rules, context))) return undefined;
  if (current && (await mergedOther(current, input, named, rules, context))) return undefined;
  const isOther = rules.caller === 'public' && current !== undefined && hasOtherExternalId(current, said, named);
  const known = isOther
    ? { named: named.filter(({ owner }) => owner === undefined), current: undefined }
    : { named, current, isByToken };
  const planned = await plannedFrom({ said, input }, rules, known, context);
  if (!planned) return undefined;
  const { writes, ...upserted } = planned;
  const [only] = writes;
  if (!only && covers) await decoyTransaction(context);
  if (!only) return upserted;
  const { done } =
    writes.length === 1 && !covers ? await context.table.write(only) : await context.table.transact(writes);
  return done ? upserted : undefined;
};

/** As `planUpsert`. A refusal that comes of reads of different moments is none: everything is then read again. */
const plannedFrom = async (
  { said, input }: { readonly said: ProfileInput; readonly input: ProfileInput },
  rules: UpsertRules,
  known: Known,
  context: Reach,
): Promise<PlannedUpsert | undefined> => {
  try {
    return planUpsert(input, rules, known, context);
  } catch (error) {
    if (!(error instanceof ApiError) || !known.current) throw error;
    const [{ named }, [current]] = await Promise.all([
      read(said, rules, context),
      storedProfiles([known.current.id], context),
    ]);
    if (!isDeepStrictEqual(named, known.named) || current?.rev !== known.current.rev) return undefined;
    throw error;
  }
};

/** The identifiers of a call that somebody had who was erased: they are nobody's to bring back but their own. */
const erasedIn = async (
  { identifiers }: ProfileInput,
  { named, covers }: { readonly named: readonly Named[]; readonly covers: boolean },
  context: Reach,
): Promise<readonly Alias[]> => {
  const said = identifiersIn(identifiers);
  const isFree = ({ kind, value }: Alias): boolean =>
    !named.some((one) => one.kind === kind && one.value === value && one.owner !== undefined);
  return (await erasedAmong(covers ? said : said.filter(isFree), context)).filter(isFree);
};

/** What a browser did before it opened a link becomes the person's, where the account merges. */
const joinedByToken = async (
  current: Profile,
  byToken: Profile,
  { caller }: UpsertRules,
  context: Reach,
): Promise<boolean> => {
  const isBrowser = ownKinds.every((kind) => current[kind] === undefined) && !current.aliases;
  if (!mergesOthers(context) || current.id === byToken.id || !isBrowser) return false;
  const caps = context.accountSettings?.identifierCaps;
  if (!mayMerge(byToken, current, { by: undefined, namedAs: 'anonymous_id', caller, caps })) return false;
  await mergeNamed(byToken, current, context);
  return true;
};

/** Whether another profile that the call names has been merged into the one that it means: then all is read again. */
const mergedOther = async (
  current: Profile,
  input: ProfileInput,
  named: readonly Named[],
  { caller, row }: UpsertRules,
  context: Reach,
): Promise<boolean> => {
  if (!mergesOthers(context) || (row && outcomeBefore(current, row))) return false;
  if (!input.id && isSomebodyElse(current, input, named)) return false;
  const others = named.filter(({ owner }) => owner !== undefined && owner !== current.id);
  const ids = [...new Set(others.flatMap(({ owner }) => owner ?? []))];
  const by = input.id ? 'id' : named.find(({ owner }) => owner === current.id)?.kind;
  for (const other of ids.length === 0 ? [] : await profilesOf(ids, context)) {
    if (other.id === current.id) return true;
    const namedAs = others.find(({ owner }) => owner === other.id)?.kind;
    const caps = context.accountSettings?.identifierCaps;
    if (!mayMerge(current, other, { by, namedAs, caller, caps })) continue;
    await mergeNamed(current, other, context);
    return true;
  }
  return false;
};

/**
 * Merges what a call names together. Where one of the two is erased meanwhile, or has come to hold too much, the call
 * itself is still right: its caller reads all again.
 */
const mergeNamed = async ({ id: destination }: Profile, { id: source }: Profile, context: Reach): Promise<void> => {
  try {
    await mergeProfiles({ destination, source, cause: 'automatic' }, context);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.code !== 'not_found' && error.code !== 'conflict')) throw error;
  }
};

export const mergesOthers = ({ accountSettings }: Pick<Reach, 'accountSettings'>): boolean =>
  accountSettings?.onSeveralProfiles === 'merge';
