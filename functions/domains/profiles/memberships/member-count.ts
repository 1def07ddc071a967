import type { Condition } from '../../../platform/table/expression.ts';
import { update, type Write } from '../../../platform/table/write.ts';
import { memberCounts } from './store.ts';

interface CountKey {
  readonly account: string;
  readonly listId: string;
  readonly shard: number;
}

/** Changes the count of a list's members in one shard. Nobody can join once the list is being deleted. */
export const memberCountUpdate = (key: CountKey, by: number): Write =>
  update(memberCounts, key, {
    upsert: true,
    set: { ...key },
    add: { count: by },
    ...(by > 0 && { condition: { attribute: 'isClosed', is: 'missing' } }),
  });

/** The condition that a flag has not changed. */
export const flagUnchanged = (attribute: string, flag: boolean | undefined): Condition =>
  flag ? { attribute, is: '=', value: true } : { attribute, is: 'missing' };
