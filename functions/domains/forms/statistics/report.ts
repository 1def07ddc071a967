import { inParallel } from '../../../platform/parallel.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { hourOf, hourStart } from './count.ts';
import {
  type Counter,
  counterLetters,
  formStatistics,
  HOURS,
  shards,
  statisticsPk,
  WINDOW_HOURS,
  windowSk,
} from './store.ts';
import type { Timeframe } from './timeframe.ts';

type Deps = Pick<Context, 'account' | 'table' | 'accountSettings'>;

export const reportStatistics = [
  'closed_form',
  'closed_form_uniques',
  'qualified_form',
  'qualified_form_uniques',
  'submit_rate',
  'submits',
  'submitted_form_step',
  'submitted_form_step_uniques',
  'viewed_form',
  'viewed_form_step',
  'viewed_form_step_uniques',
  'viewed_form_uniques',
] as const;
export type ReportStatistic = (typeof reportStatistics)[number];

/** What a report counts. */
export interface ReportQuery extends Timeframe {
  /** Where each interval begins. */
  readonly starts: readonly number[];
  readonly isByVersion: boolean;
  readonly forms?: readonly string[] | undefined;
  readonly versions?: readonly string[] | undefined;
}

export interface ReportRow {
  readonly formId: string;
  readonly version?: string;
  readonly values: (statistic: ReportStatistic) => number[];
}

const PAGE = 2_000;

/**
 * Adds up the counts of a time. Reads one range of each shard: the cost depends on the time and on the number of forms,
 * not on the number of views.
 */
export const reportForms = async (query: ReportQuery, context: Deps): Promise<ReportRow[]> => {
  const { account, table } = context;
  const tally = openTally(query, context.accountSettings.timezone);
  const { timezone } = context.accountSettings;
  const [first, last] = [hourOf(new Date(query.from), timezone), hourOf(new Date(query.to - 1), timezone)];
  const before = windowSk(last + 1);
  await inParallel(shards, shards.length, async (shard) => {
    let after = windowSk(first - (first % WINDOW_HOURS));
    let items: Item[];
    do {
      items = await table.query({ pk: statisticsPk(account, shard), after, before, limit: PAGE, eventual: true });
      for (const item of items) tally.add(item);
      after = String(items.at(-1)?.sk);
    } while (items.length === PAGE);
  });
  return tally.rows();
};

/** Adds up items by group and interval. */
const openTally = ({ from, to, starts, isByVersion, forms, versions }: ReportQuery, timezone: string) => {
  const groups = new Map<string, { formId: string; version: string; counts: Map<Counter, number[]> }>();
  return {
    add(item: Item): void {
      const { formId, version, window, ...counts } = formStatistics.fromItem(item);
      if ((forms && !forms.includes(formId)) || (versions && !versions.includes(version))) return;
      const name = isByVersion ? `${formId} ${version}` : formId;
      const group = groups.get(name) ?? { formId, version, counts: new Map<Counter, number[]>() };
      groups.set(name, group);
      for (const [offset, letter] of [...HOURS].entries()) {
        const start = hourStart(window + offset, timezone);
        if (start < from || start >= to) continue;
        const interval = starts.findLastIndex((one) => one <= start);
        for (const [counter, counterLetter] of Object.entries(counterLetters)) {
          const value = Number(counts[`${letter}${counterLetter}`] ?? 0);
          if (value === 0 || !isCounter(counter)) continue;
          const values = group.counts.get(counter) ?? starts.map(() => 0);
          values[interval] = (values[interval] ?? 0) + value;
          group.counts.set(counter, values);
        }
      }
    },
    rows: (): ReportRow[] =>
      [...groups]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .filter(([, { counts }]) => counts.size > 0)
        .map(([, { formId, version, counts }]) => ({
          formId,
          ...(isByVersion && { version }),
          values: (statistic) => {
            const of = (counter: Counter) => counts.get(counter) ?? starts.map(() => 0);
            if (statistic !== 'submit_rate') return of(statistic);
            const views = of('viewed_form');
            return of('submits').map((submits, i) => rate(submits, views[i] ?? 0));
          },
        })),
  };
};

const isCounter = (name: string): name is Counter => Object.hasOwn(counterLetters, name);

/** A form can be submitted on its page, which may be open since yesterday: there are no more submits than views. */
const rate = (submits: number, views: number): number => (views === 0 ? 0 : Math.min(1, submits / views));
