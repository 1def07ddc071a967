import { ApiError } from '../../../platform/errors.ts';
import type { Key } from '../../../platform/table/definition.ts';
import type { Context } from '../../accounts/context.ts';
import { readDestinations } from '../../profiles/merge/destinations.ts';
import { endOfChain } from '../../profiles/records/merge-chain.ts';
import { metricPartitions, timelinePk } from '../records/store.ts';
import type { Span } from './calendar.ts';

/** Reading this many takes about ten seconds, of the thirty that a request may take. */
export const MAX_COUNTED = 250_000;
const PAGE = 5_000;

export interface CountedEvent {
  readonly key: Key;
  readonly ms: number;
  readonly value: number;
  readonly person: string;
}

/** Reads all merges once. The returned function maps the partition of an event to the id of the current profile. */
export const readCurrentPersons = async (
  context: Pick<Context, 'account' | 'table'>,
): Promise<(pk: string) => string> => {
  const into = await readDestinations(context);
  return (pk) => {
    const id = pk.slice(timelinePk(context.account, '').length);
    const end = endOfChain(id, (one) => ({ id: one, mergedInto: into.get(one) }));
    switch (end.kind) {
      case 'end':
        return end.at.id;
      case 'circle':
        // An index may be late and show merges of different moments. All profiles of a cycle are one person.
        return end.ids.toSorted()[0] ?? id;
      case 'gone':
        return id;
    }
  };
};

/**
 * Calls `each` for every event of a metric in a time range. Reads the index only, which has the person, the time and
 * the value.
 */
export const forEachEvent = async (
  metricId: string,
  { from, to }: Span,
  each: (event: CountedEvent) => void,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<void> => {
  let counted = 0;
  const walk = async (pk: string): Promise<void> => {
    let after = new Date(from).toISOString();
    for (;;) {
      const items = await table.query({ index: 'gsi1', pk, after, before: new Date(to).toISOString(), limit: PAGE });
      counted += items.length;
      if (counted > MAX_COUNTED) throw tooManyEventsError();
      for (const item of items) {
        after = String(item.gsi1sk);
        const { value } = item;
        each({
          key: { pk: String(item.pk), sk: String(item.sk) },
          ms: Date.parse(after.slice(0, after.indexOf('#'))),
          value: typeof value === 'number' ? value : 0,
          // The partition is the person's.
          person: String(item.pk),
        });
      }
      if (items.length < PAGE) return;
    }
  };
  await Promise.all(metricPartitions(account, metricId).map(walk));
};

const tooManyEventsError = (): ApiError =>
  new ApiError('invalid', {
    detail: `There are more than ${MAX_COUNTED} events in this time range. Request a shorter one.`,
    source: { pointer: '/data/attributes/filter' },
  });
