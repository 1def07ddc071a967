import { dayOf } from '../../../model/time.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { contentionError, waitAfterContention } from '../../../platform/retry.ts';
import type { Entity } from '../../../platform/table/entity.ts';
import { readAll } from '../../../platform/table/listing/read-all.ts';
import type { Table } from '../../../platform/table/table.ts';
import { put } from '../../../platform/table/write.ts';
import { hourOfDate } from './hours.ts';
import { addUpParts, expiryOf, type GroupTotals, groupOf, parseGroup } from './parts.ts';
import { packTotals, type Totals, unpackTotals } from './slots.ts';
import { dayTotals, type HourTotals, hoursPk, hourTotals } from './store.ts';

interface Place {
  readonly account: string;
  readonly table: Table;
}

const PARALLEL = 8;
const PAGE = 500;
const TRIES = 20;

/** Builds the totals of an hour from its parts: of some groups, or of all. */
export const foldHour = (
  hour: string,
  {
    groups,
    completeAt,
  }: { readonly groups?: ReadonlySet<string> | undefined; readonly completeAt: string | undefined },
  { account, table }: Place,
): Promise<void> =>
  rebuild(groups, table, {
    of: hourTotals,
    compute: () => addUpParts(account, hour, { table }),
    itemOf: (group, built) => ({ account, ...parseGroup(group), hour, ...built, ...expiryOf(hour, completeAt) }),
  });

/** Builds the totals of a day from those of its hours: of some groups, or of all. */
export const foldDay = (
  day: string,
  { groups }: { readonly groups?: ReadonlySet<string> | undefined },
  { account, table }: Place,
): Promise<void> =>
  rebuild(groups, table, {
    of: dayTotals,
    compute: (wanted) => addUpHours(day, wanted, { account, table }),
    itemOf: (group, built) => ({ account, ...parseGroup(group), day, ...built }),
  });

const addUpHours = async (
  day: string,
  wanted: ReadonlySet<string> | undefined,
  { account, table }: Place,
): Promise<GroupTotals> => {
  const totals: GroupTotals = new Map();
  const prefixes = wanted ? [...wanted].map((group) => `${group}#`) : [''];
  await inParallel(prefixes, PARALLEL, async (prefix) => {
    for await (const item of readHours(day, { prefix }, { account, table })) {
      const group = groupOf(item.metricId, item.month);
      const known: Totals = totals.get(group) ?? new Map();
      totals.set(group, known);
      unpackTotals(item.totals, known);
    }
  });
  return totals;
};

/** Reads the totals of a day's hours whose sort keys have a prefix. */
export const readHours = (
  day: string,
  { prefix }: { readonly prefix: string },
  { account, table }: Place,
): AsyncGenerator<HourTotals> => readAll(table, hourTotals, { pk: hoursPk(account, day), prefix, limit: PAGE });

interface TotalsItem {
  readonly totals: string;
  readonly version: number;
}

interface Building<Value extends Id & TotalsItem, Id> {
  readonly of: Entity<Value, Id>;
  readonly compute: (wanted: ReadonlySet<string> | undefined) => Promise<GroupTotals>;
  readonly itemOf: (group: string, built: TotalsItem) => Value;
}

/**
 * Builds items from what they add up. The version of an item is read before that, and must be the same when it is written:
 * so the last run that writes an item has read all that was written before any earlier run. An item is written even if it
 * stays as it is, for another run may be about to write an older one.
 */
const rebuild = async <Value extends Id & TotalsItem, Id>(
  groups: ReadonlySet<string> | undefined,
  table: Table,
  { of, compute, itemOf }: Building<Value, Id>,
): Promise<void> => {
  let wanted = groups;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const named = [...(wanted ?? [])];
    const stored = await table.getMany(
      of,
      named.map((group) => itemOf(group, { totals: '', version: 0 })),
    );
    const versions = new Map(named.map((group, i) => [group, stored[i]?.version]));
    const computed = await compute(wanted);
    const refused = await inParallel([...(wanted ?? computed.keys())], PARALLEL, async (group) => {
      const version = versions.get(group);
      const built = itemOf(group, {
        totals: packTotals(computed.get(group) ?? new Map()),
        version: (version ?? 0) + 1,
      });
      const isSame = version === undefined ? 'absent' : ({ attribute: 'version', is: '=', value: version } as const);
      return (await table.write(put(of, built, isSame))).done ? [] : [group];
    });
    wanted = new Set(refused.flat());
    if (wanted.size === 0) return;
    await waitAfterContention(attempt);
  }
  throw contentionError('the totals of this account');
};

/**
 * Builds all that follows from some hours: their own totals, then those of days that are over. A run that closes a day
 * does so later than that: it either reads the hours that this run has written, or finds that an item has changed.
 */
export const foldHours = async (
  hours: ReadonlyMap<string, ReadonlySet<string> | undefined>,
  { completeAt, now }: { readonly completeAt: string | undefined; readonly now: () => Date },
  place: Place,
): Promise<void> => {
  await inParallel([...hours], 2, ([hour, groups]) => foldHour(hour, { groups, completeAt }, place));
  const today = dayOf(firstOpenHour(now()));
  for (const [day, ofDay] of Map.groupBy(hours, ([hour]) => dayOf(hour))) {
    if (day >= today) continue;
    const isWhole = ofDay.some(([, groups]) => groups === undefined);
    const groups = isWhole ? undefined : new Set(ofDay.flatMap(([, some]) => [...(some ?? [])]));
    await foldDay(day, { groups }, place);
  }
};

/** Clocks differ by less. */
const SKEW_MS = 5 * 60_000;

/** The hours before it are over, by any clock. A run that adds to one of them builds its totals again. */
export const firstOpenHour = (now: Date): string => hourOfDate(new Date(now.getTime() - SKEW_MS));
/** The hours before it are closed by the first run that finds them open. That is later, so that it misses nothing. */
export const firstUnclosedHour = (now: Date): string => hourOfDate(new Date(now.getTime() - 2 * SKEW_MS));
