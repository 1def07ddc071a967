import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { addingOnly } from './change.ts';
import { identifierKinds } from './identity.ts';
import { planUpsert, type Upserted, type UpsertRules } from './plan.ts';
import { type ProfileInput, textFields } from './profile.ts';
import { meant, type Named, namedBy, namedByAll, profileOf } from './resolve.ts';

type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

const TRIES = 16;

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
  const named = await namedByAll(
    inputs.map((input) => (!input.id && saysNothing(input) ? input.identifiers : {})),
    context,
  );
  return inputs.map((input, i) => knownIdIn(input, named[i] ?? []));
};

/** The same for one, by what was read of whom it names. */
export const knownIdIn = (input: ProfileInput, named: readonly Named[]): string | undefined => {
  if (input.id || !saysNothing(input)) return undefined;
  const id = meant(undefined, named);
  const isWhole = named.length === identifierKinds.filter((kind) => input.identifiers[kind]).length;
  return isWhole && named.every(({ owner }) => owner === id) ? id : undefined;
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
  const current = id === undefined || rules.mustCreate ? undefined : await profileOf(id, context);
  const planned = planUpsert(input, rules, { named, current }, context);
  if (!planned) return undefined;
  const { writes, ...upserted } = planned;
  const [only] = writes;
  if (!only) return upserted;
  const { done } = writes.length === 1 ? await context.table.write(only) : await context.table.transact(writes);
  return done ? upserted : undefined;
};
