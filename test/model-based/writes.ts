import { endOfChain } from '../../functions/domains/profiles/records/merge-chain.ts';
import type { Done } from './clients.ts';
import type { Facts, Fault } from './judge.ts';
import { uniqueIds } from './requests.ts';
import { allOf, standsFor } from './state.ts';

const changesIdentity = ({ step, request }: Done): boolean =>
  step.does === 'merge' ||
  step.does === 'undo' ||
  step.does === 'erase' ||
  (step.does === 'patch' && JSON.stringify(request).match(/email|phone|external|anonymous/) !== null) ||
  ((step.does === 'create' || step.does === 'upsert' || step.does === 'event') && Object.keys(step.names).length > 1);

/** Whether somebody changed who is who while it was under way. */
export const meetsChange = (one: Done, done: readonly Done[]): boolean =>
  done.some((other) => other !== one && changesIdentity(other) && other.began < one.ended && other.ended > one.began);

/**
 * Of a call whose first answer was lost: its write was on a profile that was merged into the one of the second answer, and
 * the undo of that merge gave it back.
 */
const wentBack = (
  { attempts, began }: Done,
  { end, on, done }: { readonly end: string; readonly on: readonly string[]; readonly done: readonly Done[] },
): boolean =>
  attempts > 1 &&
  done.some(
    ({ step, status, ids, ended }) =>
      step.does === 'undo' && status < 300 && ended > began && ids.includes(end) && on.some((id) => ids.includes(id)),
  );

/** What was accepted is there, once, on the profile that answered. */
export const writeFaults = async ({ world, kind, done, seen, erasedIds }: Facts): Promise<Fault[]> => {
  const faults: Fault[] = [];
  const ends = new Map<string, string | undefined>();
  const endOf = async (id: string): Promise<string | undefined> => {
    if (!ends.has(id)) ends.set(id, await standsFor(world, id));
    return ends.get(id);
  };
  for (const one of done) {
    const { step, token, status, ids, attempts } = one;
    if (status >= 300) continue;
    const on = seen.filter(({ properties }) => properties[token] !== undefined).map(({ id }) => id);
    if (step.does === 'create' || step.does === 'upsert' || step.does === 'patch') {
      const [id = ''] = ids;
      const end = await endOf(id);
      if (end === undefined) {
        if (!erasedIds.has(id)) faults.push({ about: [token, id], detail: `${id} is gone, and nobody erased it.` });
      } else if (!on.includes(end) && !wentBack(one, { end, on, done }))
        faults.push({ about: [token, id, end], detail: `${token} is not on ${end}, but on [${on}].` });
      const mayBeTwice = attempts > 1 || meetsChange(one, done);
      if (on.length > 1 && !(kind !== 'plain' && mayBeTwice))
        faults.push({ about: [token, ...on], detail: `${token} is on [${on}].` });
    } else if (step.does === 'bulk' || step.does === 'file') {
      if (on.length === 0 && kind !== 'erasing')
        faults.push({ about: [token, ...Object.values(step.names)], detail: `${token} is on nobody.` });
    }
  }
  return faults;
};

/** No event is lost or doubled, and each is told of the one whom it is about now. */
export const eventFaults = async ({ world, kind, done, seen, items, stored }: Facts): Promise<Fault[]> => {
  const faults: Fault[] = [];
  const events = items.filter(({ type }) => type === 'event');
  const byUnique = Map.groupBy(events, ({ uniqueId }) => String(uniqueId));
  for (const one of done) {
    if (one.step.does !== 'event' || one.status >= 300) continue;
    for (const unique of uniqueIds(one.step, one.token)) {
      const count = byUnique.get(unique)?.length ?? 0;
      const isLost = count === 0 && kind !== 'erasing';
      // Two deliveries that meet a merge may be stored twice: docs/identity.md says so.
      const isDoubled = count > 1 && (kind === 'plain' || !meetsChange(one, done));
      if (isLost || isDoubled)
        faults.push({
          about: [one.token, ...Object.values(one.step.names)],
          detail: `The event ${unique} is there ${count} times: ${byUnique.get(unique)?.map(({ profileId }) => profileId)}.`,
        });
    }
  }
  const expected = new Map<string, string[]>();
  for (const { profileId, uniqueId } of events) {
    const end = endOfChain(String(profileId), (one) => stored.get(one));
    if (end.kind !== 'end')
      faults.push({
        about: [String(profileId)],
        detail: `The event ${uniqueId} is of ${profileId}, who is not there.`,
      });
    else expected.set(end.at.id, [...(expected.get(end.at.id) ?? []), String(uniqueId)]);
  }
  for (const { id } of seen) {
    const filter = encodeURIComponent(`equals(profile_id,"${id}")`);
    const { length } = await allOf(world, `/api/events?filter=${filter}`);
    const stands = expected.get(id)?.length ?? 0;
    if (length !== stands) faults.push({ about: [id], detail: `${id} has ${length} events of ${stands}.` });
  }
  return faults;
};
