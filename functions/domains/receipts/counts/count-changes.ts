import { hash } from 'node:crypto';
import type { Change } from '../../../platform/changes/change.ts';
import { errorFields } from '../../../platform/log.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { put } from '../../../platform/table/write.ts';
import { type CountedChange, countedChange } from './contributions.ts';
import { packContributions } from './labels.ts';
import { type CountPart, countParts, KEPT_DAYS } from './store.ts';

const PARALLEL = 8;
/** Seven bytes each: an item has at most 400 KB. */
const MAX_CHANGES = 10_000;

/**
 * Counts changes by account and hour of receipt: writes a part for each, which no other run changes. A part of the same
 * changes has the same key, so that a repetition writes it again.
 */
export const countChanges = async (changes: readonly Change[], services: Services): Promise<readonly Change[]> => {
  const counted: CountedChange[] = [];
  const unreadable: Change[] = [];
  for (const change of changes) {
    try {
      counted.push(countedChange(change));
    } catch (error) {
      services.log.error('change not counted', { position: change.position, ...errorFields(error) });
      unreadable.push(change);
    }
  }
  const groups = [...Map.groupBy(counted, ({ account, hour }) => `${account} ${hour}`).values()];
  await inParallel(groups.flatMap(partsOf), PARALLEL, (part) => services.table.write(put(countParts, part)));
  return unreadable;
};

const partsOf = (group: readonly CountedChange[]): CountPart[] => {
  const [first] = group;
  if (!first) return [];
  const { account, hour } = first;
  const expiresAt = expiryAfterDays(new Date(`${hour}:00:00Z`), KEPT_DAYS);
  return Array.from({ length: Math.ceil(group.length / MAX_CHANGES) }, (_, i) => {
    const some = group.slice(i * MAX_CHANGES, (i + 1) * MAX_CHANGES);
    const counts = packContributions(some.flatMap(({ contributions }) => contributions));
    return { account, hour, id: hash('sha256', counts, 'base64url').slice(0, PART_ID_LENGTH), counts, expiresAt };
  }).filter(({ counts }) => counts !== '');
};

const PART_ID_LENGTH = 12;
