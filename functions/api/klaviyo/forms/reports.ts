import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { formatInZone, nextStart, openZone, startOf, type Zone } from '../../../domains/events/metrics/calendar.ts';
import { type ReportRow, reportForms, reportStatistics } from '../../../domains/forms/statistics/report.ts';
import {
  calendarIntervals,
  type ReportInterval,
  reportIntervals,
  type Timeframe,
  timeframeKeys,
  timeframeOf,
  timeframeProblem,
} from '../../../domains/forms/statistics/timeframe.ts';
import { parseTime } from '../../../model/time.ts';
import { ApiError } from '../../../platform/errors.ts';
import { readSelection } from '../../../platform/http/query/selection.ts';
import { documentSchema, linkTo, resource } from '../../../platform/http/response/jsonapi.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { route } from '../protocol.ts';

const names = (max: number) => ({ max, tooMany: (count: number) => `${count} names; at most ${max} are accepted.` });
const Time = v.pipe(v.string(), v.maxLength(40, 'Not a time in ISO 8601.'));

const shared = {
  statistics: boundedArray(v.picklist(reportStatistics), {
    min: 1,
    tooFew: 'Name at least one statistic.',
    ...names(50),
  }),
  timeframe: v.union([v.object({ key: v.picklist(timeframeKeys) }), v.object({ start: Time, end: Time })]),
  group_by: v.nullish(boundedArray(v.picklist(['form_id', 'form_version_id']), names(2))),
  filter: v.nullish(v.pipe(v.string(), v.maxLength(10_000, 'Longer than 10,000 characters.'))),
};
const SharedBody = v.object(shared);
type Attributes = v.InferOutput<typeof SharedBody>;

const AT = '/data/attributes';
const invalid = (name: string, detail: string): ApiError =>
  new ApiError('invalid', { detail, source: { pointer: `${AT}/${name}` } });

const Groupings = v.record(v.string(), v.string());
const ValuesView = v.partial(
  v.object({ results: v.array(v.object({ groupings: Groupings, statistics: v.record(v.string(), v.number()) })) }),
);
const SeriesView = v.partial(
  v.object({
    results: v.array(v.object({ groupings: Groupings, statistics: v.record(v.string(), v.array(v.number())) })),
    date_times: v.array(v.string()),
  }),
);

const DESCRIPTION =
  'Times are those of the account’s time zone. `last_7_days` and the like end today; weeks begin on Monday. ' +
  'Grouped by `form_id`, or by `form_id` and `form_version_id`. Forms without counts are left out.';

const spanOf = ({ timeframe }: Attributes, zone: Zone, context: Context, interval?: ReportInterval): Timeframe => {
  const span =
    'key' in timeframe ? timeframeOf(timeframe.key, context.now().getTime(), zone) : customSpan(timeframe, zone);
  const problem = timeframeProblem(span, interval);
  if (problem !== undefined) throw invalid('timeframe', problem);
  return span;
};

/** Times without an offset are those of the account. */
const customSpan = (timeframe: { readonly start: string; readonly end: string }, zone: Zone): Timeframe => {
  const [from, to] = (['start', 'end'] as const).map((name) => {
    const text = timeframe[name];
    const time = parseTime(text)?.getTime();
    if (time === undefined) throw invalid(`timeframe/${name}`, 'Not a time in ISO 8601, such as 2026-05-01T00:00:00Z.');
    return /(?:Z|[+-]\d\d:?\d\d)$/i.test(text.slice(10)) ? time : zone.toMoment(time);
  });
  return { from: from ?? 0, to: to ?? 0 };
};

const filterRules = {
  form_id: { operators: ['equals', 'any'] },
  form_version_id: { operators: ['equals', 'any'] },
} as const;
const MAX_VALUES = 100;

const filterOf = ({ filter }: Attributes) => {
  try {
    const { filters } = readSelection({ filters: filterRules }, new URLSearchParams({ filter: filter ?? '' }));
    const valuesOf = (field: string): string[] | undefined => {
      const some = filters.filter((one) => one.field === field);
      if (some.length > 1) throw invalid('filter', `'${field}' is filtered twice.`);
      return some[0]?.values.map(String);
    };
    const [forms, versions] = [valuesOf('form_id'), valuesOf('form_version_id')];
    if ((forms?.length ?? 0) > MAX_VALUES || (versions?.length ?? 0) > MAX_VALUES)
      throw invalid('filter', `At most ${MAX_VALUES} values are allowed.`);
    return { forms, versions };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(
      error.code,
      error.problems.map(({ detail }) => ({ detail, source: { pointer: `${AT}/filter` } })),
    );
  }
};

const isByVersionOf = ({ group_by: groupBy }: Attributes): boolean => {
  const isByVersion = groupBy?.includes('form_version_id') ?? false;
  if (isByVersion && !groupBy?.includes('form_id'))
    throw invalid('group_by', '`form_version_id` needs `form_id` beside it.');
  return isByVersion;
};

const groupingsOf = ({ formId, version }: ReportRow) => ({
  form_id: formId,
  ...(version !== undefined && { form_version_id: version }),
});

interface Report {
  readonly type: string;
  readonly path: string;
  readonly attributes: object;
}

const reportDocument = (
  { type, path, attributes }: Report,
  fields: Readonly<Record<string, readonly string[]>>,
  context: Context,
) => {
  // Reports are not stored and have no URL of their own.
  const links = { self: linkTo(context.origin, path) };
  const data = resource({ type, id: context.newId(), path, attributes: { ...attributes } }, context, fields);
  return { data: { ...data, links }, links };
};

const VALUES = { type: 'form-values-report', path: '/api/form-values-reports' } as const;

export const queryFormValues = route({
  method: 'POST',
  path: VALUES.path,
  summary: 'Get statistics of forms',
  description: DESCRIPTION,
  scope: 'forms:read',
  status: 200,
  reading: { fields: { [VALUES.type]: ValuesView } },
  body: v.object({ data: v.object({ type: v.literal(VALUES.type), attributes: v.object(shared) }) }),
  result: documentSchema(VALUES.type, ValuesView),

  async handle({ body, selection }, context) {
    const { attributes } = body.data;
    const isByVersion = isByVersionOf(attributes);
    const span = spanOf(attributes, openZone(context.accountSettings.timezone), context);
    const rows = await reportForms({ ...span, starts: [span.from], isByVersion, ...filterOf(attributes) }, context);
    const results = rows.map((row) => ({
      groupings: groupingsOf(row),
      statistics: Object.fromEntries(attributes.statistics.map((one) => [one, row.values(one)[0] ?? 0])),
    }));
    return reportDocument({ ...VALUES, attributes: { results } }, selection.fields, context);
  },
});

const SERIES = { type: 'form-series-report', path: '/api/form-series-reports' } as const;

export const queryFormSeries = route({
  method: 'POST',
  path: SERIES.path,
  summary: 'Get statistics of forms by hour, day, week or month',
  description: `${DESCRIPTION} Hourly results cover up to 7 days, daily ones 60 days, others a year.`,
  scope: 'forms:read',
  status: 200,
  reading: { fields: { [SERIES.type]: SeriesView } },
  body: v.object({
    data: v.object({
      type: v.literal(SERIES.type),
      attributes: v.object({ ...shared, interval: v.picklist(reportIntervals) }),
    }),
  }),
  result: documentSchema(SERIES.type, SeriesView),

  async handle({ body, selection }, context) {
    const { attributes } = body.data;
    const { interval, statistics } = attributes;
    const zone = openZone(context.accountSettings.timezone);
    const isByVersion = isByVersionOf(attributes);
    const span = spanOf(attributes, zone, context, interval);
    const starts: number[] = [];
    const calendar = calendarIntervals[interval];
    for (let at = startOf(calendar, span.from, zone); at < span.to; at = nextStart(calendar, at, zone)) starts.push(at);
    const rows = await reportForms({ ...span, starts, isByVersion, ...filterOf(attributes) }, context);
    const results = rows.map((row) => ({
      groupings: groupingsOf(row),
      statistics: Object.fromEntries(statistics.map((one) => [one, row.values(one)])),
    }));
    const date_times = starts.map((start) => formatInZone(start, zone));
    return reportDocument({ ...SERIES, attributes: { results, date_times } }, selection.fields, context);
  },
});
