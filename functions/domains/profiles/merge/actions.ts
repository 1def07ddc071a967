import { ApiError } from '../../../platform/errors.ts';
import { retryOnContention } from '../../../platform/retry.ts';
import { create, hasDuplicateKeys, update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { filterErased } from '../../erased/actions.ts';
import { deduplicateMemberships } from '../memberships/deduplicate.ts';
import { formerIdentifierWrites } from '../records/former-identifiers.ts';
import {
  claimIdentifier,
  isNoneOf,
  profileUpdate,
  releaseIdentifier,
  transferIdentifier,
} from '../records/identifier-writes.ts';
import { identifiersOf, isSameIdentifier, kindsOverCap } from '../records/identifiers.ts';
import { idsOf, type Profile, profileBytes } from '../records/profile.ts';
import { findProfile, profileNotFoundError, readStoredProfiles } from '../records/resolve.ts';
import { isTooLarge, profileTooLargeError } from '../records/size.ts';
import { identifiers } from '../records/store.ts';
import { directSources, merge } from './merge.ts';
import { type Merge, mergeKeyOf, merges, undoings } from './store.ts';
import { undo } from './undo.ts';

export type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> &
  Partial<Pick<Context, 'accountSettings' | 'caller'>>;

const TRIES = 16;

interface MergeRequest {
  readonly destination: string;
  readonly source: string;
  readonly cause: Merge['cause'];
}

/**
 * Merges one profile into another, in one transaction: identifiers move to the destination, the source points to it,
 * and a journal records the merge. Nothing else moves: reads of the destination also read what is stored under the
 * source. Repeating it has no effect.
 *
 * @throws ApiError `not_found`, or `conflict` if both together would exceed the limits of a profile.
 */
export const mergeProfiles = async ({ destination, source, cause }: MergeRequest, context: Deps): Promise<Profile> => {
  const profile = await retryMerge(async () => {
    const [into, from] = await Promise.all([findProfile(destination, context), findProfile(source, context)]);
    if (!into) throw profileNotFoundError(destination);
    if (!from) throw profileNotFoundError(source);
    if (into.id === from.id) return into;
    return attemptMerge(into, from, cause, context);
  });
  await deduplicateMemberships([...idsOf(profile), destination, source], context);
  return profile;
};

const attemptMerge = async (
  into: Profile,
  from: Profile,
  cause: Merge['cause'],
  context: Deps,
): Promise<Profile | undefined> => {
  const { account, table, now, newId, accountSettings, caller } = context;
  const caps = accountSettings?.identifierCaps;
  const exceeded = kindsOverCap(into, from, caps);
  if (exceeded.length > 0 && !(await areUnchanged([into, from], context))) return undefined;
  refuseOverCap(into, exceeded);
  const at = now().toISOString();
  const earlierSources = await readDirectSources(into, context);
  const { destination, source, moved, dropped } = merge(into, from, { at, caps, earlierSources });
  const bytes = profileBytes(destination);
  if (isTooLarge(bytes)) throw profileTooLargeError(bytes);
  const journal: Merge = {
    account,
    id: newId(new Date(at)),
    destination: into.id,
    source: from.id,
    at,
    cause,
    ...(caller?.kind === 'key' && { keyId: caller.keyId }),
    moved: [...moved],
    dropped: [...dropped],
  };
  const isKept = isNoneOf(dropped);
  const writes = [
    profileUpdate(into, destination),
    profileUpdate(from, source),
    create(merges, journal),
    ...moved.map((one) => transferIdentifier(one, { from, to: destination })),
    ...identifiersOf(into)
      .filter(isKept)
      .map((one) => transferIdentifier(one, { from: into, to: destination })),
    ...identifiersOf(into)
      .filter((one) => !isKept(one))
      .map((one) => releaseIdentifier(one, into)),
    ...identifiersOf(from)
      .filter((one) => !isKept(one))
      .map((one) => releaseIdentifier(one, from)),
    ...formerIdentifierWrites(dropped, into),
  ];
  if (hasDuplicateKeys(writes)) return undefined;
  return (await table.transact(writes)).done ? destination : undefined;
};

/** Whether no profile has changed since it was read. */
const areUnchanged = async (profiles: readonly Profile[], context: Deps): Promise<boolean> => {
  const current = await readStoredProfiles(
    profiles.map(({ id }) => id),
    context,
  );
  return profiles.every(({ id, rev }) => current.some((one) => one.id === id && one.rev === rev));
};

const refuseOverCap = ({ id }: Profile, exceeded: readonly string[]): void => {
  if (exceeded.length === 0) return;
  throw new ApiError('conflict', {
    detail: `After the merge, the profile ${id} would have too many of ${exceeded.join(', ')}. Raise identifierCaps with \`admin accounts set\`, or merge fewer profiles.`,
  });
};

/** Reads the profiles that were merged directly into this one, in their order. */
const readDirectSources = async (profile: Profile, context: Deps): Promise<Profile[]> => {
  const ids = directSources(profile);
  return ids.length === 0 ? [] : readStoredProfiles(ids, context);
};

/**
 * Undoes a merge. Both profiles become what they would be without it, with two exceptions: later changes stay with the
 * destination, and identifiers that belong to somebody else by now are lost and reported. Repeating it has no effect.
 *
 * @throws ApiError `not_found`, or `conflict` if the destination has itself been merged since.
 */
export const undoMerge = async (id: string, context: Deps): Promise<Merge> => {
  const journal = await retryMerge(async () => {
    const { account, table } = context;
    const key = mergeKeyOf(id);
    const journal = key && (await table.get(merges, { account, ...key }));
    if (!journal) throw new ApiError('not_found', { detail: `There is no merge ${id.slice(0, 100)}.` });
    return journal.undone ? journal : attemptUndo(journal, context);
  });
  await deduplicateMemberships([journal.destination, journal.source], context);
  return journal;
};

const attemptUndo = async (journal: Merge, context: Deps): Promise<Merge | undefined> => {
  const { account, table, now, caller } = context;
  const profiles = await readStoredProfiles([journal.destination, journal.source], context);
  const into = profiles.find((profile) => profile.id === journal.destination);
  const from = profiles.find((profile) => profile.id === journal.source);
  if (!into || !from) throw profileNotFoundError(into ? journal.source : journal.destination);
  if (into.mergedInto !== undefined) {
    throw new ApiError('conflict', {
      detail: `The profile ${into.id} was merged into ${into.mergedInto} since. Undo that merge first: it is listed with the merges of that profile.`,
      meta: { profile_id: into.mergedInto },
    });
  }
  const candidates = [...identifiersOf(from), ...journal.dropped];
  const items = await table.getMany(
    identifiers,
    candidates.map((one) => ({ account, ...one })),
  );
  const owners = new Map(candidates.map(({ kind, value }, i) => [`${kind} ${value}`, items[i]?.profileId]));
  const unowned = candidates.filter((_, i) => items[i] === undefined);
  // Always looks, whatever the cached settings of the account say: no later import or event would find an identifier
  // that is recreated here.
  const erased = await filterErased(unowned, { account, table, now });
  const others = (await readDirectSources(into, context)).filter((one) => one.id !== from.id);
  const at = now().toISOString();
  const { destination, source, toReturn, toRecreate, lost } = undo(into, from, {
    at,
    dropped: journal.dropped,
    others,
    ownerOf: ({ kind, value }) => owners.get(`${kind} ${value}`),
    isErased: (one) => erased.some((other) => isSameIdentifier(one, other)),
  });
  const undone = { at, ...(caller?.kind === 'key' && { keyId: caller.keyId }), lost: [...lost] };
  const writes = [
    profileUpdate(into, destination),
    profileUpdate(from, source),
    update(merges, journal, { set: { undone }, condition: { attribute: 'undone', is: 'missing' } }),
    create(undoings, { account, source: from.id, destination: into.id, id: journal.id }),
    ...toReturn.map((one) => transferIdentifier(one, { from: into, to: source })),
    ...toRecreate.map((one) => claimIdentifier(one, one.of === source.id ? source : destination)),
    ...identifiersOf(into)
      .filter(isNoneOf(toReturn))
      .map((one) => transferIdentifier(one, { from: into, to: destination })),
  ];
  // An identifier that was cleared between the two reads would be both recreated and kept.
  if (hasDuplicateKeys(writes)) return undefined;
  return (await table.transact(writes)).done ? { ...journal, undone } : undefined;
};

const retryMerge = <Result>(attempt: () => Promise<Result | undefined>): Promise<Result> =>
  retryOnContention(attempt, { tries: TRIES, what: 'these profiles' });
