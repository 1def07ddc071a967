import type { Condition } from '../../../platform/table/expression.ts';
import { update, type Write } from '../../../platform/table/write.ts';
import { memberCounts } from './store.ts';

interface Place {
  readonly account: string;
  readonly listId: string;
  readonly shard: number;
}

/** Moves the count of a list's members in one shard. More can't join once the list is being deleted. */
export const countChange = (place: Place, by: number): Write =>
  update(memberCounts, place, {
    upsert: true,
    set: { ...place },
    add: { count: by },
    ...(by > 0 && { condition: { attribute: 'isClosed', is: 'missing' } }),
  });

/** That a flag is what it was. */
export const isStill = (attribute: string, flag: boolean | undefined): Condition =>
  flag ? { attribute, is: '=', value: true } : { attribute, is: 'missing' };
