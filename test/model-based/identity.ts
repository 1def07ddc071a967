import { identifiersOf } from '../../functions/domains/profiles/records/identifiers.ts';
import { endOfChain } from '../../functions/domains/profiles/records/merge-chain.ts';
import { idsOf } from '../../functions/domains/profiles/records/profile.ts';
import { identifiers as identifierItems } from '../../functions/domains/profiles/records/store.ts';
import type { Facts, Fault } from './judge.ts';
import { allOf } from './state.ts';

/** Chains of merges end in somebody who lives, and each identifier is held by the one who says so. */
export const identityFaults = ({ stored, items }: Facts): Fault[] => {
  const faults: Fault[] = [];
  for (const { id, mergedInto } of stored.values()) {
    if (mergedInto === undefined) continue;
    const end = endOfChain(id, (one) => stored.get(one));
    if (end.kind !== 'end') faults.push({ about: [id], detail: `The chain of merges of ${id} ends ${end.kind}.` });
    else if (!idsOf(end.at).includes(id))
      faults.push({ about: [id, end.at.id], detail: `${end.at.id} does not know that ${id} was merged into it.` });
  }
  const roots = [...stored.values()].filter(({ mergedInto }) => mergedInto === undefined);
  for (const root of roots)
    for (const { id } of root.sources ?? []) {
      const end = endOfChain(id, (one) => stored.get(one));
      if (end.kind !== 'end' || end.at.id !== root.id)
        faults.push({ about: [id, root.id], detail: `${root.id} has the source ${id}, which does not stand for it.` });
    }
  const held = new Map<string, string>();
  for (const root of roots)
    for (const { kind, value } of identifiersOf(root)) {
      const key = `${kind} ${value}`;
      const other = held.get(key);
      if (other) faults.push({ about: [root.id, other, value], detail: `Both hold ${key}: ${root.id}, ${other}.` });
      held.set(key, root.id);
    }
  const owned = new Set<string>();
  for (const item of items.filter(({ type }) => type === 'identifier')) {
    const { kind, value, profileId, sources = [] } = identifierItems.fromItem(item);
    const key = `${kind} ${value}`;
    owned.add(key);
    if (held.get(key) !== profileId)
      faults.push({
        about: [value, profileId],
        detail: `${key} leads to ${profileId}, and is held by ${held.get(key) ?? 'nobody'}.`,
      });
    const owner = stored.get(profileId);
    const known = owner ? idsOf(owner).slice(1).toSorted().join() : '';
    if (owner && sources.toSorted().join() !== known)
      faults.push({ about: [value, profileId], detail: `${key} names the sources ${sources}, its owner ${known}.` });
  }
  for (const [key, id] of held)
    if (!owned.has(key)) faults.push({ about: [id, key.split(' ')[1] ?? ''], detail: `${id} holds ${key} alone.` });
  return faults;
};

/** Each identifier leads to the one living profile that shows it. */
export const lookupFaults = async ({ world, seen }: Facts): Promise<Fault[]> => {
  const faults: Fault[] = [];
  for (const kind of ['email', 'phone_number', 'external_id'] as const)
    for (const { id, [kind]: value } of seen) {
      if (value === null) continue;
      const filter = encodeURIComponent(`equals(${kind},"${value}")`);
      const found = (await allOf(world, `/api/profiles?filter=${filter}`)).map((one) => one.id);
      if (found.join() !== id) faults.push({ about: [id, value], detail: `${value} of ${id} leads to [${found}].` });
    }
  return faults;
};
