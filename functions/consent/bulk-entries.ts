import * as v from 'valibot';
import type { Entries } from '../http/entries.ts';
import { ENTRIES, entriesAt, LIST } from './entry.ts';
import { entryProblems } from './request.ts';

/** For the `entries` of a route. */
export const bulkEntries = (isOptOut: boolean): Entries => ({
  list: LIST,
  problems: (body) => {
    const rules = { isHistorical: v.is(Historical, body), isOptOut };
    return entriesAt(body, ENTRIES).flatMap((entry, i) => entryProblems(entry, `${LIST}/${i}`, rules));
  },
});

const Historical = v.object({ data: v.object({ attributes: v.object({ historical_import: v.literal(true) }) }) });
