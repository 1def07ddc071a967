import * as v from 'valibot';
import { pointer } from '../errors.ts';
import type { Entries } from '../http/entries.ts';
import { entriesAt } from './entry.ts';
import { entryProblems } from './request.ts';

const ENTRIES = ['data', 'attributes', 'profiles', 'data'];
/** The pointer to the profiles of a bulk job. */
export const LIST = pointer(ENTRIES);

/** For the `entries` of a route. */
export const bulkEntries: Entries = {
  list: LIST,
  problems: (body) => {
    const isHistorical = v.is(Historical, body);
    return entriesAt(body, ENTRIES).flatMap((entry, i) => entryProblems(entry, `${LIST}/${i}`, { isHistorical }));
  },
};

const Historical = v.object({ data: v.object({ attributes: v.object({ historical_import: v.literal(true) }) }) });
