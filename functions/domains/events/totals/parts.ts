import { hash } from 'node:crypto';
import { dayOf } from '../../../model/time.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { readAll } from '../../../platform/table/listing/read-all.ts';
import type { Table } from '../../../platform/table/table.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { put } from '../../../platform/table/write.ts';
import { type HourContribution, packContributions, unpackContributions } from './contributions.ts';
import { startOfHour } from './hours.ts';
import { addTotal, monthOfSlot, type Totals } from './slots.ts';
import { KEPT_DAYS, partsPk, type TotalsPart, totalsParts } from './store.ts';

const PARALLEL = 8;
/** At most about 80 bytes each: an item has at most 400 KB. */
const MAX_CONTRIBUTIONS = 4_000;
const PART_ID_LENGTH = 12;
const PAGE = 200;

/**
 * The expiry of what belongs to an hour. What was written until the older events of an account were counted stays: those
 * events lie in hours of any age.
 */
export const expiryOf = (hour: string, completeAt: string | undefined): { readonly expiresAt?: number } =>
  staysForGood(hour, completeAt) ? {} : { expiresAt: expiryAfterDays(new Date(startOfHour(hour)), KEPT_DAYS) };

/** Whether an hour can be built again at any time, since nothing of it expires. */
export const staysForGood = (hour: string, completeAt: string | undefined): boolean =>
  completeAt === undefined || dayOf(hour) <= dayOf(completeAt);

/**
 * Writes contributions as parts. The key of a part follows from its content, so that a repetition writes it again; a
 * repetition that is cut in another way is in two parts, and counts once.
 */
export const writeParts = async (
  contributions: readonly HourContribution[],
  completeAt: string | undefined,
  { table }: { readonly table: Table },
): Promise<void> => {
  const groups = Map.groupBy(contributions, ({ account, hour }) => `${account} ${hour}`).values();
  const parts = [...groups].flatMap((group) => partsOf(group, completeAt));
  await inParallel(parts, PARALLEL, (part) => table.write(put(totalsParts, part)));
};

const partsOf = (group: readonly HourContribution[], completeAt: string | undefined): TotalsPart[] => {
  const [first] = group;
  if (!first) return [];
  const { account, hour } = first;
  return Array.from({ length: Math.ceil(group.length / MAX_CONTRIBUTIONS) }, (_, i) => {
    const packed = packContributions(group.slice(i * MAX_CONTRIBUTIONS, (i + 1) * MAX_CONTRIBUTIONS));
    const id = hash('sha256', packed, 'base64url').slice(0, PART_ID_LENGTH);
    return { account, hour, id, contributions: packed, ...expiryOf(hour, completeAt) };
  });
};

const readParts = (account: string, hour: string, table: Table): AsyncGenerator<TotalsPart> =>
  readAll(table, totalsParts, { pk: partsPk(account, dayOf(hour)), prefix: `${hour}#`, limit: PAGE });

/** The totals of a metric's events of a month, by `groupOf`. */
export type GroupTotals = Map<string, Totals>;

export const groupOf = (metricId: string, month: string): string => `${metricId}#${month}`;
export const parseGroup = (group: string): { readonly metricId: string; readonly month: string } => {
  const [metricId = '', month = ''] = group.split('#');
  return { metricId, month };
};

/** About 100 MB of memory. */
const MAX_IDS = 1_000_000;
/** Ids have 64 different last characters. */
const MAX_SHARES = 64;

/**
 * Adds up the parts of an hour. Each contribution counts once, in however many parts it is. An hour with too many of them
 * for the memory is read several times, for a share of the ids each.
 */
export const addUpParts = async (
  account: string,
  hour: string,
  { table, metricId }: { readonly table: Table; readonly metricId?: string | undefined },
  maxIds = MAX_IDS,
): Promise<GroupTotals> => {
  for (let shares = 1; ; shares *= 2) {
    const groups: GroupTotals = new Map();
    let share = 0;
    while (share < shares) {
      const isWanted = (id: string): boolean => id.charCodeAt(id.length - 1) % shares === share;
      const max = shares < MAX_SHARES ? maxIds : Number.POSITIVE_INFINITY;
      if (!(await addShare(readParts(account, hour, table), { groups, isWanted, metricId, max }))) break;
      share += 1;
    }
    if (share === shares) return groups;
  }
};

interface Share {
  readonly groups: GroupTotals;
  readonly isWanted: (id: string) => boolean;
  readonly metricId: string | undefined;
  readonly max: number;
}

/** Returns false if there are too many ids. */
const addShare = async (
  parts: AsyncIterable<TotalsPart>,
  { groups, isWanted, metricId: only, max }: Share,
): Promise<boolean> => {
  const counted = new Map<string, Set<string>>();
  let ids = 0;
  for await (const part of parts) {
    for (const { metricId, slot, sign, id, value } of unpackContributions(part.contributions, only)) {
      if (!isWanted(id)) continue;
      const label = `${metricId}${sign}${slot}`;
      const known = counted.get(label) ?? new Set();
      counted.set(label, known);
      if (known.has(id)) continue;
      known.add(id);
      ids += 1;
      if (ids > max) return false;
      const group = groupOf(metricId, monthOfSlot(slot));
      const totals: Totals = groups.get(group) ?? new Map();
      groups.set(group, totals);
      addTotal(totals, slot, sign === '+' ? { count: 1, sum: value } : { count: -1, sum: -value });
    }
  }
  return true;
};
