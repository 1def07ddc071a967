import { type Command, Option } from 'commander';
import { findAccount } from '../../../functions/domains/accounts/actions.ts';
import {
  formatInZone,
  type Interval,
  intervals,
  openZone,
  startOf,
  type Zone,
} from '../../../functions/domains/events/metrics/calendar.ts';
import { needsPeople, sortRows } from '../../../functions/domains/events/metrics/report/pages.ts';
import { parseQuery } from '../../../functions/domains/events/metrics/report/parse-query.ts';
import { countReport, DEFAULT_VALUE } from '../../../functions/domains/events/metrics/report/report.ts';
import type { Row as Counted, Measurement } from '../../../functions/domains/events/metrics/report/tally.ts';
import { metricCaps } from '../../../functions/domains/events/records/ensure-metrics.ts';
import type { Metric } from '../../../functions/domains/events/records/metric.ts';
import { METRICS, metrics, metricsPk } from '../../../functions/domains/events/records/store.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { limitOf } from '../cli/option-values.ts';
import { escapeControls, formatTable, type Row } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import { withChart } from './chart.ts';

interface Options {
  /** The metric. */
  readonly id: string;
  readonly account?: string;
  readonly by: Interval;
  readonly property?: string;
  readonly measure: Measure;
  readonly from?: string;
  readonly to?: string;
  readonly filter: readonly string[];
  readonly timezone?: string;
  readonly limit: string;
}

const measures = ['count', 'value', 'people'] as const;
type Measure = (typeof measures)[number];
const measurementOf: Readonly<Record<Measure, Measurement>> = { count: 'count', value: 'sum_value', people: 'unique' };

const DAY_MS = 86_400_000;
/** The default time before now. */
const DAYS: Readonly<Record<Interval, number>> = { hour: 1, day: 29, week: 7 * 11, month: 330 };

export const addReport = (program: Command, run: Run): void => {
  program
    .command('report')
    .description('count the events of a metric by time or by a property, with a chart')
    .argument('<metric>', 'the name or the id of a metric')
    .addOption(new Option('--by <interval>', 'the rows').choices(intervals).default('day'))
    .option('--property <name>', 'a row for each value of a property of events, instead of time')
    .addOption(new Option('--measure <what>', 'what the chart shows').choices(measures).default('count'))
    .option('--from <time>', 'the first moment (default: the last 30 days, 12 weeks, 12 months or 24 hours)')
    .option('--to <time>', 'the end, exclusive (default: now)')
    .option('--filter <expression>', 'only events such as equals(country,"DE"); can be repeated', collect, [])
    .option('--timezone <name>', 'such as Europe/Berlin (default: that of the account)')
    .option('--limit <number>', 'the most values of a property', '20')
    .option(...ACCOUNT)
    .action(
      run(async (options: Options, { services, output }) => {
        const context = await inAccount(options.account, services);
        const metric = await findMetric(options.id, context);
        const zone = await zoneOf(options.timezone, context);
        const to = services.now().getTime() + 1;
        const first = startOf(options.by, to - DAYS[options.by] * DAY_MS, zone);
        const query = parseQuery({
          filter: [
            `greater-or-equal(datetime,${options.from ?? new Date(first).toISOString()})`,
            `less-than(datetime,${options.to ?? new Date(to).toISOString()})`,
            ...options.filter,
          ],
          interval: options.by,
          timezone: zone.name,
        });
        if (typeof query === 'string') throw new Advice(query);
        const by = options.property === undefined ? [] : [options.property];
        const shown = measurementOf[options.measure];
        const sort = `-${shown}`;
        const sources = [{ metricId: metric.id, conditions: query.conditions, valueProperty: DEFAULT_VALUE }];
        const countsPeople = needsPeople([shown], sort);
        const counted = await countReport(
          { sources, span: query.span, starts: query.starts, by, countsPeople },
          context,
        );
        const rows =
          options.property === undefined
            ? rowsByTime(counted[0], { ...query, by: options.by, countsPeople })
            : rowsByValue(
                sortRows(counted, { sort, by }).slice(0, limitOf(options.limit)),
                options.property,
                countsPeople,
              );
        output.answer(rows, formatTable(withChart(rows, options.measure)));
        if (counted.length === 0) output.note(`There are no events of ${escapeControls(metric.name)} in this time.`);
      }),
    );
};

const collect = (one: string, before: readonly string[]): readonly string[] => [...before, one];

interface Timed {
  readonly starts: readonly number[];
  readonly zone: Zone;
  readonly by: Interval;
  readonly countsPeople: boolean;
}

const rowsByTime = (counted: Counted | undefined, { starts, zone, by, countsPeople }: Timed): Row[] => {
  const valuesOf = (measurement: Measurement): readonly number[] => counted?.values(measurement) ?? [];
  const [counts, values] = [valuesOf('count'), valuesOf('sum_value')];
  const people = countsPeople ? valuesOf('unique') : undefined;
  return starts.map((start, i) => ({
    [by]: formatInZone(start, zone).slice(0, by === 'hour' ? 'yyyy-mm-ddThh:mm'.length : 'yyyy-mm-dd'.length),
    count: counts[i] ?? 0,
    value: values[i] ?? 0,
    ...(people && { people: people[i] ?? 0 }),
  }));
};

const rowsByValue = (counted: readonly Counted[], property: string, countsPeople: boolean): Row[] =>
  counted.map((row) => ({
    [property]: row.dimensions[0] ?? '',
    count: row.total('count'),
    value: row.total('sum_value'),
    ...(countsPeople && { people: row.total('unique') }),
  }));

type Deps = Pick<Services, 'table'> & { readonly account: string };

/** Several services can send metrics of one name: then the id is needed. */
const findMetric = async (idOrName: string, { account, table }: Deps): Promise<Metric> => {
  const all = await table.queryOf(metrics, { pk: metricsPk(account), prefix: METRICS, limit: metricCaps.trusted });
  const [first, ...others] = all.filter(({ id, name }) => id === idOrName || name === idOrName);
  if (!first) throw new Advice(`There is no metric ${escapeControls(idOrName)}.${namesOf(all)}`);
  if (others.length === 0) return first;
  const ids = [first, ...others].map(({ id, service }) => `${id} (${escapeControls(service)})`).join(', ');
  throw new Advice(`There are several metrics of this name. Use the id of one: ${ids}.`);
};

const MAX_NAMES = 20;

const namesOf = (all: readonly Metric[]): string =>
  all.length === 0
    ? ' There are no events yet.'
    : ` There are ${all
        .slice(0, MAX_NAMES)
        .map(({ name }) => escapeControls(name))
        .join(', ')}${all.length > MAX_NAMES ? ' and others' : ''}.`;

const zoneOf = async (name: string | undefined, { account, ...services }: Services & Deps): Promise<Zone> => {
  try {
    if (name !== undefined) return openZone(name);
  } catch {
    throw new Advice(`${name} is not a name of the IANA time zone database, such as Europe/Berlin.`);
  }
  return openZone((await findAccount(account, services))?.timezone ?? 'UTC');
};
