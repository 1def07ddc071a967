import type { Context } from '../../../domains/accounts/context.ts';
import { subscribe } from '../../../domains/back-in-stock/subscribe.ts';
import { nameOf } from '../../../domains/catalog/records/absence.ts';
import { variants } from '../../../domains/catalog/records/read.ts';
import type { CatalogVariant } from '../../../domains/catalog/records/records.ts';
import { isErasedError } from '../../../domains/erased/actions.ts';
import { resolvePerson } from '../../../domains/profiles/actions.ts';
import type { UpsertRules } from '../../../domains/profiles/plan.ts';
import { type ProfileInput, toInput } from '../../../domains/profiles/records/profile.ts';
import { partAt, partPointers } from '../../../domains/profiles/records/profile-parts.ts';
import type { Person } from '../../../domains/profiles/records/resolve.ts';
import { ApiError } from '../../../platform/errors.ts';
import { externalIdOf } from '../views/catalog-ids.ts';
import type { SubscriptionBody } from './body.ts';

const PROFILE = '/data/attributes/profile';

/** Stores the subscription of a call. Undefined for an erased person whom a public call names. */
export const accept = async ({ data }: SubscriptionBody, context: Context): Promise<Person | undefined> => {
  // Before anything is read about the person: the answer depends on the catalog only.
  const variant = await findVariant(data.relationships.variant.data.id, context);
  const isPublic = context.caller.kind === 'public';
  const { id, ...named } = toInput(data.attributes.profile.data);
  // A public caller can't prove that a profile is theirs.
  const input = isPublic || id === undefined ? named : { ...named, id };
  const rules: UpsertRules = { onConflict: 'keep', caller: isPublic ? 'public' : 'trusted', sendsDecoys: isPublic };
  const person = await findPerson(input, rules, context);
  await subscribe({ person, variant, channels: data.attributes.channels }, context);
  return person;
};

const findVariant = async (id: string, context: Context): Promise<CatalogVariant> => {
  const externalId = externalIdOf(id);
  const found = externalId === undefined ? undefined : (await variants.findMany([externalId], context)).get(externalId);
  if (found) return found;
  throw new ApiError('not_found', {
    detail: `There is no ${nameOf('catalog variant', id)}.`,
    source: { pointer: '/data/relationships/variant/data/id' },
  });
};

const findPerson = async (input: ProfileInput, rules: UpsertRules, context: Context): Promise<Person | undefined> => {
  try {
    return await resolvePerson(input, rules, context);
  } catch (error) {
    // An error would reveal that the person was once known here.
    if (rules.caller === 'public' && isErasedError(error)) return undefined;
    if (!(error instanceof ApiError) || error.code === 'unavailable') throw error;
    const problems = error.problems.map(({ source, ...problem }) => ({
      ...problem,
      source: { pointer: PROFILE + partPointers[partAt(source?.pointer ?? partPointers.id)] },
    }));
    throw new ApiError(error.code, problems, error.headers);
  }
};
