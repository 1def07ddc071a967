import { put, remove } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { identifiers } from './store.ts';

/**
 * Requests to the table that change nothing. Where a public call has less to do for one person than for another, it
 * sends these instead, so that how long the answer takes does not tell who is known here.
 */
type Deps = Pick<Context, 'account' | 'table' | 'newId'>;

/** Nobody has this id. */
const nobody = ({ account, newId }: Deps) => ({ account, kind: 'anonymous_id' as const, value: `decoy:${newId()}` });

export const decoyGet = async (context: Deps): Promise<void> => {
  await context.table.get(identifiers, nobody(context));
};

export const decoyRead = async (context: Deps): Promise<void> => {
  await context.table.getItems([identifiers.key(nobody(context))]);
};

/** Its condition does not hold. */
export const decoyWrite = async (context: Deps): Promise<void> => {
  await context.table.write(put(identifiers, { ...nobody(context), profileId: '' }, 'present'));
};

export const decoyTransaction = async (context: Deps): Promise<void> => {
  await context.table.transact([remove(identifiers, nobody(context))]);
};
