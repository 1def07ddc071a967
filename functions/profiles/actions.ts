import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { create, remove, update, type Write } from '../table/write.ts';
import { addingOnly, changed, sameContent } from './change.ts';
import { changedIdentity } from './identify.ts';
import { type Identifiers, identifierKinds } from './identity.ts';
import { type ImportRow, outcomeBefore, remember } from './imported.ts';
import { bytesOf, type Profile, type ProfileInput, textFields } from './profile.ts';
import { isSomebodyElse, meant, type Named, namedBy, noProfile, ownersOf, profileOf } from './resolve.ts';
import { identifiers, profiles } from './store.ts';

/** What a way in may do to a profile that is there already. */
export interface UpsertRules {
  /** Where identifiers belong to several profiles: refuse with 409, or leave those of the others where they are. */
  readonly onConflict: 'refuse' | 'keep';
  /**
   * `trusted` callers may change identifiers. A `public` one proves nothing: it may only add to a profile that has
   * none but anonymous ids, link a new anonymous id, and set attributes, not clear them; all else that it says is left
   * as it is, silently, since an answer would tell who is known here.
   */
  readonly caller: 'trusted' | 'public';
  /** Fails where a profile has any of the identifiers. */
  readonly mustCreate?: boolean;
  /** The row of an import, so that a row that is read again gives the answer that it gave first. */
  readonly row?: ImportRow;
}

export interface Upserted {
  readonly profile: Profile;
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

const TRIES = 16;
const MAX_BYTES = 350 * 1024;

/**
 * The profile that a call names, made where there is none and changed where the call says something new. Safe against
 * any number of writers at once: identifiers are unique by the condition on their items, and a change is written only
 * over the revision that it was made from.
 *
 * @throws ApiError `duplicate_profile` with `meta.duplicate_profile_id`, `not_found` for an id that there isn't,
 * `invalid` where nothing identifies the person.
 */
export const upsertProfile = async (input: ProfileInput, rules: UpsertRules, context: Reach): Promise<Upserted> => {
  const said = rules.caller === 'public' ? addingOnly(input) : input;
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
 * The id of the profile that a call names. Costs one read where the person is known and nothing is said of them
 * besides identifiers that they have; otherwise as `upsertProfile`.
 */
export const profileIdFor = async (input: ProfileInput, rules: UpsertRules, context: Reach): Promise<string> => {
  if (!input.id && saysNothing(input)) {
    const named = await namedBy(input.identifiers, context);
    const id = meant(undefined, named);
    if (id !== undefined && named.every(({ owner }) => owner === id)) return id;
  }
  return (await upsertProfile(input, rules, context)).profile.id;
};

/**
 * The ids of those of many calls for which `profileIdFor` would need its one read alone, in their order: one read for
 * every hundred identifiers.
 */
export const knownProfileIds = async (
  inputs: readonly ProfileInput[],
  context: Reach,
): Promise<(string | undefined)[]> => {
  const owners = await ownersOf(
    inputs.map((input) => (!input.id && saysNothing(input) ? input.identifiers : {})),
    context,
  );
  return inputs.map(({ identifiers: given }, i) => {
    const [id, ...others] = owners[i] ?? [];
    const isWhole = others.length + 1 === identifierKinds.filter((kind) => given[kind]).length;
    return isWhole && others.every((other) => other === id) ? id : undefined;
  });
};

const saysNothing = ({ fields, location, properties, patch, identifiers: given }: ProfileInput): boolean =>
  !patch &&
  location === undefined &&
  (properties === undefined || (properties !== null && Object.keys(properties).length === 0)) &&
  textFields.every((field) => fields[field] === undefined) &&
  identifierKinds.every((kind) => given[kind] !== null);

/** Undefined where another writer was quicker: everything is then read again. */
const attemptUpsert = async (
  input: ProfileInput,
  rules: UpsertRules,
  context: Reach,
): Promise<Upserted | undefined> => {
  const named = await namedBy(input.identifiers, context);
  const id = meant(input.id, named);
  if (id !== undefined && rules.mustCreate) throw duplicate(id);
  if (id === undefined) return createProfile(input, named, rules, context);

  const current = await profileOf(id, context);
  // An owner that is gone has just been merged or erased; an id that the caller names may never have been.
  if (!current && input.id) throw noProfile(id);
  if (!current) return undefined;
  const before = rules.row && outcomeBefore(current, rules.row);
  if (before) return { profile: current, outcome: before };
  if (!input.id && isSomebodyElse(current, input, named)) return createProfile(input, named, rules, context);

  // A browser is no person: several may use it, so that it belongs to another one is no conflict.
  const stranger = named.find(({ kind, owner }) => kind !== 'anonymous_id' && owner !== undefined && owner !== id);
  if (stranger?.owner && rules.onConflict === 'refuse') throw duplicate(stranger.owner);
  return changeProfile(current, input, named, rules, context);
};

const createProfile = async (
  input: ProfileInput,
  named: readonly Named[],
  { row }: UpsertRules,
  { account, table, now, newId }: Reach,
): Promise<Upserted | undefined> => {
  const free = named.filter(({ owner }) => owner === undefined);
  if (free.length === 0) {
    throw new ApiError('invalid', {
      detail: 'Nothing says whose profile this is. Send an email, phone_number, external_id or anonymous_id.',
      source: { pointer: '/data/attributes' },
    });
  }
  const time = now();
  const at = time.toISOString();
  const { anonymous_id, ...strong } = held(free);
  const profile: Profile = {
    account,
    id: newId(time),
    rev: 1,
    ...strong,
    ...(anonymous_id && { anonymous_ids: [anonymous_id] }),
    ...changed({ properties: {} }, input),
    created: at,
    updated: at,
    ...(row && { imported: { [row.job]: { [row.row]: 'created' } } }),
  };
  if (isTooLarge(profile)) throw tooLarge(profile);
  const claims = free.map(({ kind, value }) => create(identifiers, { account, kind, value, profileId: profile.id }));
  const written = await table.transact([create(profiles, profile), ...claims]);
  return written.done ? { profile, outcome: 'created' } : undefined;
};

const held = (named: readonly Named[]): Identifiers =>
  Object.fromEntries(named.map(({ kind, value }) => [kind, value]));

const changeProfile = async (
  current: Profile,
  input: ProfileInput,
  named: readonly Named[],
  rules: UpsertRules,
  { account, table, now }: Reach,
): Promise<Upserted | undefined> => {
  const { next: identity, claims, releases } = changedIdentity(current, input, named, rules);
  const content = changed(current, input);
  if (sameContent(current, content) && claims.length + releases.length === 0) {
    return { profile: current, outcome: 'unchanged' };
  }
  const imported = rules.row && remember(current.imported, rules.row);
  const next: Profile = {
    account,
    id: current.id,
    created: current.created,
    ...identity,
    ...content,
    rev: current.rev + 1,
    updated: now().toISOString(),
    ...(imported ? { imported } : current.imported && { imported: current.imported }),
  };
  if (isTooLarge(next)) {
    // To be told would tell that there is such a profile.
    if (rules.caller === 'public') return { profile: current, outcome: 'unchanged' };
    throw tooLarge(next);
  }
  const change = update(profiles, current, {
    value: next,
    set: differing(current, next),
    remove: Object.keys(current).filter((name) => !(name in next)),
    condition: { attribute: 'rev', is: '=', value: current.rev },
  });
  const others: Write[] = [
    ...claims.map(({ kind, value }) => create(identifiers, { account, kind, value, profileId: current.id })),
    ...releases.map(({ kind, value }) =>
      remove(identifiers, { account, kind, value }, { attribute: 'profileId', is: '=', value: current.id }),
    ),
  ];
  const { done } = others.length === 0 ? await table.write(change) : await table.transact([change, ...others]);
  return done ? { profile: next, outcome: 'updated' } : undefined;
};

const differing = (current: Profile, next: Profile): Partial<Profile> =>
  Object.fromEntries(
    Object.entries(next).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(current[name as keyof Profile]),
    ),
  );

const isTooLarge = (profile: Profile): boolean => bytesOf(profile) > MAX_BYTES;

const tooLarge = (profile: Profile): ApiError =>
  new ApiError('invalid', {
    detail: `The profile would have ${bytesOf(profile)} bytes; at most ${MAX_BYTES} are kept. Remove properties that are not needed.`,
    source: { pointer: '/data/attributes/properties' },
  });

const duplicate = (id: string): ApiError =>
  new ApiError('duplicate_profile', {
    detail: 'A profile already exists with one of these identifiers.',
    source: { pointer: '/data/attributes' },
    meta: { duplicate_profile_id: id },
  });
