import * as v from 'valibot';
import type { ApiClient } from '../transfer/api-client.ts';
import type { MovedRecord, SourcePage } from '../transfer/records.ts';
import { Page, type Resource } from './resources.ts';

/** Reads a collection to its end. */
export const readAll = async (api: ApiClient, first: string): Promise<readonly Resource[]> => {
  const all: Resource[] = [];
  for (let path: string | undefined = first; path !== undefined; ) {
    const page: Page = v.parse(Page, await api.get(path));
    all.push(...page.data);
    path = page.links?.next ?? undefined;
  }
  return all;
};

export interface From {
  readonly api: ApiClient;
  readonly from: string | undefined;
  readonly now: () => Date;
}

interface Reading extends From {
  readonly first: string;
  /** The attribute that the pages are sorted by. */
  readonly time: string;
}

/** Reads a collection from a position on, page by page. */
export async function* readPages(
  { api, from, first, now, time }: Reading,
  recordsIn: (page: Page) => readonly MovedRecord[],
): AsyncGenerator<SourcePage> {
  let start: number | undefined;
  for (let path: string | undefined = from ?? first; path !== undefined; ) {
    const page: Page = v.parse(Page, await api.get(path));
    path = page.links?.next ?? undefined;
    const at = Date.parse(String(page.data.at(-1)?.attributes[time]));
    start ??= Date.parse(String(page.data[0]?.attributes[time]));
    const fraction = (at - start) / (now().getTime() - start);
    yield { records: recordsIn(page), next: path, fraction: Number.isFinite(fraction) ? fraction : undefined };
  }
}
