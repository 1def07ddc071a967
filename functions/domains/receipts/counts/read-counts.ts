import { dayOf } from '../../../model/time.ts';
import { readAll } from '../../../platform/table/listing/read-all.ts';
import type { Context } from '../../accounts/context.ts';
import { type Contribution, type Label, unpackContributions } from './labels.ts';
import { type CountPart, countParts, countsPk } from './store.ts';

/** The events of an hour with one source, metric and outcome. */
export interface EventCount extends Label {
  readonly hour: string;
  readonly count: number;
}

/** Hours of receipt: the first, and the one after the last. */
export interface Hours {
  readonly from: string;
  readonly until: string;
}

const PAGE = 200;

/** Adds up the counts of some hours, hour by hour. Each change counts once, in however many parts it is. */
export async function* readCounts(
  { from, until }: Hours,
  context: Pick<Context, 'account' | 'table'>,
): AsyncGenerator<readonly EventCount[]> {
  let hour = '';
  let tally = openTally();
  for await (const part of readParts({ from, until }, context)) {
    if (part.hour !== hour) {
      yield tally.counts(hour);
      tally = openTally();
      hour = part.hour;
    }
    tally.add(unpackContributions(part.counts));
  }
  yield tally.counts(hour);
}

async function* readParts(
  { from, until }: Hours,
  { account, table }: Pick<Context, 'account' | 'table'>,
): AsyncGenerator<CountPart> {
  for (const day of daysOf({ from, until })) {
    yield* readAll(table, countParts, { pk: countsPk(account, day), after: from, before: until, limit: PAGE });
  }
}

const DAY_MS = 86_400_000;

const daysOf = ({ from, until }: Hours): string[] => {
  const first = Date.parse(`${dayOf(from)}T00:00:00Z`);
  const end = Date.parse(`${until}:00:00Z`);
  const days = Math.max(0, Math.ceil((end - first) / DAY_MS));
  return Array.from({ length: days }, (_, i) => dayOf(new Date(first + i * DAY_MS).toISOString()));
};

const openTally = () => {
  const byLabel = new Map<string, { readonly label: Label; readonly counts: Map<string, number> }>();
  return {
    add: (contributions: readonly Contribution[]): void => {
      for (const { source, metricId, outcome, id, count } of contributions) {
        const key = `${source} ${metricId} ${outcome}`;
        const of = byLabel.get(key) ?? { label: { source, metricId, outcome }, counts: new Map<string, number>() };
        byLabel.set(key, of);
        of.counts.set(id, count);
      }
    },
    counts: (hour: string): EventCount[] =>
      [...byLabel]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { label, counts }]) => ({
          ...label,
          hour,
          count: [...counts.values()].reduce((sum, count) => sum + count, 0),
        })),
  };
};
