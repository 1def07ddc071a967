import * as v from 'valibot';
import { ENTRIES_PATH, ENTRIES_POINTER, entriesAt } from '../../../domains/consent/records/bulk-entry.ts';
import { entryProblems } from '../../../domains/consent/requests/request.ts';
import type { Entries } from '../../../platform/http/members/entries.ts';

/** For the `entries` of a route. */
export const bulkEntries = (isOptOut: boolean): Entries => ({
  list: ENTRIES_POINTER,
  problems: (body) => {
    const rules = { isHistorical: v.is(Historical, body), isOptOut };
    return entriesAt(body, ENTRIES_PATH).flatMap((entry, i) => entryProblems(entry, `${ENTRIES_POINTER}/${i}`, rules));
  },
});

const Historical = v.object({ data: v.object({ attributes: v.object({ historical_import: v.literal(true) }) }) });
