import * as v from 'valibot';
import type { ApiClient } from '../transfer/api-client.ts';
import type { Target, Unit } from '../transfer/records.ts';
import { type Counts, noCounts, type State } from '../transfer/state.ts';
import { compareSample, type Difference } from './compare.ts';
import { Page } from './resources.ts';

export interface Report {
  readonly units: readonly (Counts & { readonly unit: string; readonly destination: number })[];
  readonly compared: number;
  readonly differences: readonly Difference[];
  readonly failedImports: readonly string[];
}

/** Compares source and destination by count, and by the sample field by field. */
export const reconcile = async (
  { units: counted, sample, failedImports }: State,
  units: readonly Unit[],
  api: ApiClient,
): Promise<Report> => {
  const rows: Report['units'][number][] = [];
  for (const { id, name, target } of units)
    rows.push({ unit: name, ...(counted[id] ?? noCounts), destination: await countIn(target, api) });
  return { units: rows, ...(await compareSample(sample, api)), failedImports };
};

const List = v.object({ data: v.object({ attributes: v.looseObject({ profile_count: v.number() }) }) });
const Metric = v.looseObject({ name: v.string(), integration: v.looseObject({ key: v.string() }) });

const countIn = async (target: Target, api: ApiClient): Promise<number> => {
  if (target.kind === 'profiles') return countPages(api, '/api/profiles?page[size]=100&fields[profile]=created');
  if (target.kind === 'list') {
    const known = await pagesOf(api, '/api/lists?page[size]=100');
    if (!known.some(({ id }) => id === target.id)) return 0;
    const path = `/api/lists/${encodeURIComponent(target.id)}?additional-fields[list]=profile_count`;
    return v.parse(List, await api.get(path)).data.attributes.profile_count;
  }
  if (target.kind === 'catalog') return countPages(api, `${target.path}?page[size]=100`);
  const metric = (await pagesOf(api, '/api/metrics')).find(({ attributes }) => {
    const { name, integration } = v.parse(Metric, attributes);
    return name === target.name && integration.key === target.service;
  });
  if (!metric) return 0;
  const filter = encodeURIComponent(`equals(metric_id,"${metric.id}")`);
  return countPages(api, `/api/events?filter=${filter}&page[size]=1000&fields[event]=datetime`);
};

const countPages = async (api: ApiClient, first: string): Promise<number> => {
  let count = 0;
  for await (const { data } of eachPage(api, first)) count += data.length;
  return count;
};

const pagesOf = async (api: ApiClient, first: string): Promise<Page['data']> => {
  const all: Page['data'] = [];
  for await (const { data } of eachPage(api, first)) all.push(...data);
  return all;
};

async function* eachPage(api: ApiClient, first: string): AsyncGenerator<Page> {
  for (let path: string | undefined = first; path !== undefined; ) {
    const page: Page = v.parse(Page, await api.get(path));
    path = page.links?.next ?? undefined;
    yield page;
  }
}

/** Whether all that the source has is in the destination, which may have more. */
export const isReconciled = ({ units, differences }: Report): boolean =>
  differences.length === 0 && units.every(({ failed }) => failed === 0);
