import { ApiError } from '../../../platform/errors.ts';
import { retryOnContention } from '../../../platform/retry.ts';
import { create, hasDuplicateKeys, update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { erasedAmong } from '../../erased/actions.ts';
import { countOnce } from '../memberships/count-once.ts';
import { rememberFormer } from '../records/former.ts';
import { heldBy, isSame, overCap } from '../records/held-identifiers.ts';
import {
  claimIdentifier,
  isNoneOf,
  profileUpdate,
  releaseIdentifier,
  transferIdentifier,
} from '../records/identifier-writes.ts';
import { bytesOf, idsOf, type Profile } from '../records/profile.ts';
import { noProfile, profileOf, storedProfiles } from '../records/resolve.ts';
import { isTooLarge, tooLarge } from '../records/size.ts';
import { identifiers } from '../records/store.ts';
import { directSources, merge } from './merge.ts';
import { type Merge, mergeKeyOf, merges, undoings } from './store.ts';
import { undo } from './undo.ts';

export type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> &
  Partial<Pick<Context, 'accountSettings' | 'caller'>>;

const TRIES = 16;

interface Asked {
  readonly destination: string;
  readonly source: string;
  readonly cause: Merge['cause'];
}

/**
 * Merges one profile into another, in one transaction: identifiers pass over, the source stands for the destination from
 * then on, the merge is journalled. Nothing else moves: what stands under the source is read with what stands under the
 * destination. Asked for again it is done already.
 *
 * @throws ApiError `not_found`, or `conflict` where the two together would hold more than a profile may.
 */
export const mergeProfiles = async ({ destination, source, cause }: Asked, context: Deps): Promise<Profile> => {
  const one = await trying(async () => {
    const [into, from] = await Promise.all([profileOf(destination, context), profileOf(source, context)]);
    if (!into) throw noProfile(destination);
    if (!from) throw noProfile(source);
    if (into.id === from.id) return into;
    return attemptMerge(into, from, cause, context);
  });
  await countOnce([...idsOf(one), destination, source], context);
  return one;
};

const attemptMerge = async (
  into: Profile,
  from: Profile,
  cause: Merge['cause'],
  context: Deps,
): Promise<Profile | undefined> => {
  const { account, table, now, newId, accountSettings, caller } = context;
  const caps = accountSettings?.identifierCaps;
  const over = overCap(into, from, caps);
  if (over.length > 0 && !(await areStill([into, from], context))) return undefined;
  refuse(into, over);
  const at = now().toISOString();
  const known = await sourcesOf(into, context);
  const { destination, source, moved, dropped } = merge(into, from, { at, caps, known });
  const bytes = bytesOf(destination);
  if (isTooLarge(bytes)) throw tooLarge(bytes);
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
    ...heldBy(into)
      .filter(isKept)
      .map((one) => transferIdentifier(one, { from: into, to: destination })),
    ...heldBy(into)
      .filter((one) => !isKept(one))
      .map((one) => releaseIdentifier(one, into)),
    ...heldBy(from)
      .filter((one) => !isKept(one))
      .map((one) => releaseIdentifier(one, from)),
    ...rememberFormer(dropped, into),
  ];
  if (hasDuplicateKeys(writes)) return undefined;
  return (await table.transact(writes)).done ? destination : undefined;
};

/** Whether profiles that were read one after the other were so at one moment. */
const areStill = async (read: readonly Profile[], context: Deps): Promise<boolean> => {
  const now = await storedProfiles(
    read.map(({ id }) => id),
    context,
  );
  return read.every(({ id, rev }) => now.some((one) => one.id === id && one.rev === rev));
};

const refuse = ({ id }: Profile, over: readonly string[]): void => {
  if (over.length === 0) return;
  throw new ApiError('conflict', {
    detail: `Together with the other, the profile ${id} would have more of ${over.join(', ')} than one profile may. Raise identifierCaps by \`admin accounts set\`, or merge fewer.`,
  });
};

/** The profiles that were merged directly into one, in their order. */
const sourcesOf = async (profile: Profile, context: Deps): Promise<Profile[]> => {
  const ids = directSources(profile);
  return ids.length === 0 ? [] : storedProfiles(ids, context);
};

/**
 * Undoes a merge. Both profiles are again what they would be without it, but for what was said of the destination since,
 * which stays with it, and for identifiers that have gone to somebody else since: those are told. Asked for again it is
 * done already.
 *
 * @throws ApiError `not_found`, or `conflict` where the destination has itself been merged into another profile since.
 */
export const undoMerge = async (id: string, context: Deps): Promise<Merge> => {
  const undone = await trying(async () => {
    const { account, table } = context;
    const key = mergeKeyOf(id);
    const done = key && (await table.get(merges, { account, ...key }));
    if (!done) throw new ApiError('not_found', { detail: `There is no merge ${id.slice(0, 100)}.` });
    return done.undone ? done : attemptUndo(done, context);
  });
  await countOnce([undone.destination, undone.source], context);
  return undone;
};

const attemptUndo = async (done: Merge, context: Deps): Promise<Merge | undefined> => {
  const { account, table, now, caller } = context;
  const both = await storedProfiles([done.destination, done.source], context);
  const into = both.find((profile) => profile.id === done.destination);
  const from = both.find((profile) => profile.id === done.source);
  if (!into || !from) throw noProfile(into ? done.source : done.destination);
  if (into.mergedInto !== undefined) {
    throw new ApiError('conflict', {
      detail: `The profile ${into.id} has itself been merged into ${into.mergedInto} since. Undo that merge first: it is among those of that profile.`,
      meta: { profile_id: into.mergedInto },
    });
  }
  const held = [...heldBy(from), ...done.dropped];
  const found = await table.getMany(
    identifiers,
    held.map((one) => ({ account, ...one })),
  );
  const owners = new Map(held.map(({ kind, value }, i) => [`${kind} ${value}`, found[i]?.profileId]));
  const free = held.filter((_, i) => found[i] === undefined);
  // Not by the settings, which a process may know from before: what is made here is found by no later import or event.
  const erased = await erasedAmong(free, { account, table, now });
  const others = (await sourcesOf(into, context)).filter((one) => one.id !== from.id);
  const at = now().toISOString();
  const { destination, source, back, again, lost } = undo(into, from, {
    at,
    dropped: done.dropped,
    others,
    ownerOf: ({ kind, value }) => owners.get(`${kind} ${value}`),
    isErased: (one) => erased.some((other) => isSame(one, other)),
  });
  const undone = { at, ...(caller?.kind === 'key' && { keyId: caller.keyId }), lost: [...lost] };
  const writes = [
    profileUpdate(into, destination),
    profileUpdate(from, source),
    update(merges, done, { set: { undone }, condition: { attribute: 'undone', is: 'missing' } }),
    create(undoings, { account, source: from.id, destination: into.id, id: done.id }),
    ...back.map((one) => transferIdentifier(one, { from: into, to: source })),
    ...again.map((one) => claimIdentifier(one, one.of === source.id ? source : destination)),
    ...heldBy(into)
      .filter(isNoneOf(back))
      .map((one) => transferIdentifier(one, { from: into, to: destination })),
  ];
  // An identifier that somebody cleared between the two reads would be made again, and kept.
  if (hasDuplicateKeys(writes)) return undefined;
  return (await table.transact(writes)).done ? { ...done, undone } : undefined;
};

const trying = <Result>(attempt: () => Promise<Result | undefined>): Promise<Result> =>
  retryOnContention(attempt, { tries: TRIES, what: 'these profiles' });
