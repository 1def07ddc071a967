import * as v from 'valibot';
import { ENTRIES, entriesAt, LIST } from '../../../domains/consent/records/entry.ts';
import { entryProblems } from '../../../domains/consent/requests/request.ts';
import type { Entries } from '../../../platform/http/members/entries.ts';

/** For the `entries` of a route. */
export const bulkEntries = (isOptOut: boolean): Entries => ({
  list: LIST,
  problems: (body) => {
    const rules = { isHistorical: v.is(Historical, body), isOptOut };
    return entriesAt(body, ENTRIES).flatMap((entry, i) => entryProblems(entry, `${LIST}/${i}`, rules));
  },
});

const Historical = v.object({ data: v.object({ attributes: v.object({ historical_import: v.literal(true) }) }) });
