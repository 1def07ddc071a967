import { withAllSpellings } from '../../../model/email.ts';
import type { Alias } from '../../../model/identity.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { standInId } from '../../profiles/public-calls.ts';
import { readFormerHolders } from '../../profiles/records/former-identifiers.ts';
import { identifiersOf, isSameIdentifier } from '../../profiles/records/identifiers.ts';
import type { PersonRecord } from '../../profiles/records/person-record.ts';
import { idsOf, type Profile } from '../../profiles/records/profile.ts';
import {
  findProfile,
  readIdentifierOwners,
  readProfilesById,
  readStoredProfiles,
} from '../../profiles/records/resolve.ts';
import { declarations } from '../declarations/declarations.ts';
import type { Subject } from './subject.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** Finds the person with this id or identifier. If there is none, returns the identifier alone. */
export const findPerson = async (subject: Subject, context: Deps): Promise<PersonRecord> => {
  const named = subject.kind === 'id' ? [] : [{ kind: subject.kind, value: subject.value }];
  const owner =
    subject.kind === 'id'
      ? subject.value
      : (await readIdentifierOwners({ [subject.kind]: subject.value }, context))[0]?.owner;
  const profile = owner === undefined ? undefined : await findProfile(owner, context);
  const ownId = subject.kind === 'external_id' ? subject.value : profile?.external_id;
  const standIn = ownId === undefined ? undefined : await findPublicProfile(ownId, context);
  const other = standIn?.id === profile?.id ? undefined : standIn;
  const [first, ...more] = [profile, other].filter((one) => one !== undefined);
  if (!first) return { profiles: [], profileIds: [], identifiers: withAllSpellings(named) };
  const [second] = more;
  const whole = await readPersonOfProfile(first, named, context);
  return second ? joinRecords([whole, await readPersonOfProfile(second, [], context)]) : whole;
};

/** Finds the profile that public calls created for an external id without an owner. */
const findPublicProfile = async (externalId: string, context: Deps): Promise<Profile | undefined> => {
  const [found] = await readIdentifierOwners({ anonymous_id: standInId(externalId) }, context);
  return found?.owner === undefined ? undefined : findProfile(found.owner, context);
};

const readPersonOfProfile = async (profile: Profile, named: readonly Alias[], context: Deps): Promise<PersonRecord> => {
  const ids = idsOf(profile);
  const stored = await readStoredProfiles(ids, context);
  const held = distinctIdentifiers([...named, ...stored.flatMap(identifiersOf)]);
  const before = (await readEarlierIdentifiers(profile, context)).filter(
    (one) => !held.some((other) => isSameIdentifier(one, other)),
  );
  return {
    profiles: [profile, ...stored.filter(({ id }) => id !== profile.id)],
    profileIds: ids,
    identifiers: distinctIdentifiers(withAllSpellings([...held, ...before])),
  };
};

/**
 * Like `findPerson`, but an identifier without an owner also finds its last owners. Erasures and access requests
 * include them, since data under the identifier may be theirs.
 */
export const findCurrentOrFormerPerson = async (subject: Subject, context: Deps): Promise<PersonRecord> => {
  const [held, former] = await Promise.all([
    findPerson(subject, context),
    // Not awaited here: a rejection would leave the other promise unhandled.
    readFormerOwnerIds(subject, context).then((ids) => findPersonByIds(ids, context)),
  ]);
  return joinRecords([held, former]);
};

/** Finds the people with these profile ids, as one record. */
export const findPersonByIds = async (ids: readonly string[], context: Deps): Promise<PersonRecord> => {
  const currentIds = new Set([...(await readProfilesById(ids, context)).values()].map(({ id }) => id));
  const all: PersonRecord[] = [];
  for (const value of currentIds) all.push(await findPerson({ kind: 'id', value }, context));
  return joinRecords(all);
};

const joinRecords = (all: readonly PersonRecord[]): PersonRecord => ({
  profiles: all.flatMap(({ profiles }) => profiles),
  profileIds: [...new Set(all.flatMap(({ profileIds }) => profileIds))],
  identifiers: distinctIdentifiers(all.flatMap(({ identifiers }) => identifiers)),
});

/** Reads the profiles that gave up an identifier which has no owner now. Merged profiles count as their destination. */
export const readFormerOwnerIds = async (subject: Subject, context: Deps): Promise<string[]> => {
  if (subject.kind === 'id') return [];
  const { kind, value } = subject;
  const [named] = await readIdentifierOwners({ [kind]: value }, context);
  if (named?.owner !== undefined) return [];
  const found = await readProfilesById(await readFormerHolders({ kind, value }, context), context);
  return [...new Set([...found.values()].map(({ id }) => id))];
};

const PARALLEL = 16;

/**
 * Reads further identifiers from the records of all domains, such as addresses with consent. Leaves out those that
 * belong to others now.
 */
const readEarlierIdentifiers = async (profile: Profile, context: Deps): Promise<Alias[]> => {
  const ids = idsOf(profile);
  const all: Alias[] = [];
  // Addresses with consent come first in access files.
  for (const { erase } of declarations.toReversed()) all.push(...((await erase.findIdentifiers?.(ids, context)) ?? []));
  const distinct = distinctIdentifiers(all);
  const owners = await inParallel(distinct, PARALLEL, async ({ kind, value }) => {
    const [found] = await readIdentifierOwners({ [kind]: value }, context);
    return found?.owner;
  });
  return distinct.filter((_, i) => owners[i] === undefined || owners[i] === profile.id);
};

export const distinctIdentifiers = (all: readonly Alias[]): Alias[] => [
  ...new Map(all.map((one) => [`${one.kind} ${one.value}`, { kind: one.kind, value: one.value }])).values(),
];
