import { isDeepStrictEqual } from 'node:util';
import type { Alias } from '../../../model/identity.ts';
import { definition } from '../../../platform/table/definition.ts';
import { create, remove, update, type Write } from '../../../platform/table/write.ts';
import { isSameIdentifier } from './identifiers.ts';
import { idsOf, type Profile } from './profile.ts';
import { identifiers, profiles } from './store.ts';

/** Updates a profile, on condition that its revision has not changed. */
export const profileUpdate = (before: Profile, after: Profile): Write => {
  const indexes = after.mergedInto === undefined ? [] : Object.values(definition.indexes.gsi2);
  return update(profiles, before, {
    value: after,
    set: Object.fromEntries(
      Object.entries(after).filter(([name, value]) => !isDeepStrictEqual(value, before[name as keyof Profile])),
    ),
    remove: [...Object.keys(before).filter((name) => !(name in after)), ...indexes],
    condition: { attribute: 'rev', is: '=', value: before.rev },
  });
};

interface Transfer {
  readonly from: Pick<Profile, 'account' | 'id'>;
  readonly to: Pick<Profile, 'account' | 'id' | 'sources'>;
}

/** Moves an identifier to another profile, or updates the sources that it names. */
export const transferIdentifier = ({ kind, value }: Alias, { from, to }: Transfer): Write => {
  const sources = idsOf(to).slice(1);
  const next = { account: to.account, kind, value, profileId: to.id };
  return update(identifiers, next, {
    value: next,
    set: { profileId: to.id, ...(sources.length > 0 && { sources }) },
    remove: sources.length > 0 ? [] : ['sources'],
    condition: { attribute: 'profileId', is: '=', value: from.id },
  });
};

export const claimIdentifier = ({ kind, value }: Alias, { account, id, sources }: Transfer['to']): Write => {
  const all = idsOf({ id, ...(sources && { sources }) }).slice(1);
  return create(identifiers, { account, kind, value, profileId: id, ...(all.length > 0 && { sources: all }) });
};

export const releaseIdentifier = ({ kind, value }: Alias, { account, id }: Pick<Profile, 'account' | 'id'>): Write =>
  remove(identifiers, { account, kind, value }, { attribute: 'profileId', is: '=', value: id });

export const isNoneOf =
  (some: readonly Alias[]) =>
  (one: Alias): boolean =>
    !some.some((other) => isSameIdentifier(one, other));
