import type { Services } from '../../../platform/resources/services.ts';
import { readEventPages } from '../records/read-events.ts';
import { contributionsOf, type HourContribution } from './contributions.ts';
import { writeParts } from './parts.ts';
import { changeState, findState } from './state.ts';

/** By then no change is on its way to a version of the code that did not count, and the index has all events. */
const DELAY_MS = 15 * 60_000;
/** Bounds one run, which also has changes to count. The next run goes on. */
const MAX_EVENTS = 5_000;
const MAX_PAGES = 200;

/**
 * Counts events that were stored before the totals began, some in each run, metric by metric. An event that a change has
 * counted contributes the same again, which counts once; so does a page that is read again.
 */
export const countOlderEvents = async (
  account: string,
  { table, now }: Pick<Services, 'table' | 'now'>,
  fold: (contributions: readonly HourContribution[]) => Promise<void>,
): Promise<void> => {
  const state = await findState(account, { table });
  if (!state || state.completeAt !== undefined) return;
  if (now().getTime() < Date.parse(state.startedAt) + DELAY_MS) return;
  let { place } = state;
  let [pages, read] = [0, 0];
  for await (const page of readEventPages(account, place, table)) {
    const contributions = page.changes.flatMap((change) => contributionsOf(change, { withAddition: false }));
    await writeParts(contributions, undefined, { table });
    await fold(contributions);
    place = page.place;
    pages += 1;
    read += page.changes.length;
    if (pages < MAX_PAGES && read < MAX_EVENTS) continue;
    await changeState(state, { place }, { table });
    return;
  }
  await changeState(state, { completeAt: now().toISOString() }, { table });
};
