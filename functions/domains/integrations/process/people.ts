import { isErasedError } from '../../erased/actions.ts';
import { upsertProfile } from '../../profiles/actions.ts';
import type { ProfileInput } from '../../profiles/records/profile.ts';
import type { HookPersonState } from '../source/source.ts';
import type { ProcessContext } from './context.ts';
import { customerObject, identifiersOf, isNamed } from './persons.ts';
import { claimNewest } from './references.ts';

/** Creates or changes the profiles of a delivery. An older state than the last one changes nothing. */
export const applyPeople = async (states: readonly HookPersonState[], context: ProcessContext): Promise<void> => {
  for (const state of states) await applyPerson(state, context);
};

const applyPerson = async (state: HookPersonState, context: ProcessContext): Promise<void> => {
  const { person, at, fields = {}, location, properties } = state;
  const identifiers = identifiersOf(person, context.integration, context.accountSettings);
  if (!isNamed(identifiers)) return;
  if (at && !(await claimNewest(customerObject(identifiers, context.integration), at, context))) return;
  const input: ProfileInput = {
    identifiers,
    fields,
    ...(location && { location }),
    ...(properties && { properties }),
  };
  try {
    await upsertProfile(input, { onConflict: 'keep', caller: 'trusted' }, context);
  } catch (error) {
    // Nothing is stored about people who were erased.
    if (!isErasedError(error)) throw error;
  }
};
