import { put, remove } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { identifiers } from './store.ts';

/**
 * Requests to the table that change nothing. If a public call has less to do for one person than for another, it sends
 * these instead, so that response times do not reveal who is a customer.
 */
type Deps = Pick<Context, 'account' | 'table' | 'newId'>;

/** An identifier that nobody has. */
const decoyIdentifier = ({ account, newId }: Deps) => ({
  account,
  kind: 'anonymous_id' as const,
  value: `decoy:${newId()}`,
});

export const sendDecoyGet = async (context: Deps): Promise<void> => {
  await context.table.get(identifiers, decoyIdentifier(context));
};

export const sendDecoyBatchGet = async (context: Deps): Promise<void> => {
  await context.table.getItems([identifiers.key(decoyIdentifier(context))]);
};

/** A write whose condition fails. */
export const sendDecoyWrite = async (context: Deps): Promise<void> => {
  await context.table.write(put(identifiers, { ...decoyIdentifier(context), profileId: '' }, 'present'));
};

export const sendDecoyTransaction = async (context: Deps): Promise<void> => {
  await context.table.transact([remove(identifiers, decoyIdentifier(context))]);
};
