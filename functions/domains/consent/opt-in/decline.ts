import { update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { findPending } from './actions.ts';
import { confirmedPk, pendingOptIns } from './pending.ts';

/** Who a confirmation mail went to, as far as it is still known. */
export interface MailRecipient {
  readonly email?: string;
  /** Who confirmed. */
  readonly profileId?: string;
}

/** The recipient of a confirmation mail wants no mail: what they have not confirmed can't be confirmed any more. */
export const declineOptIn = async (
  id: string,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<MailRecipient> => {
  const pending = await findPending(id, { account, table });
  if (pending) {
    const condition = { attribute: 'status', is: '=', value: 'pending' } as const;
    await table.write(update(pendingOptIns, pending, { set: { status: 'declined' }, condition }));
  }
  const [confirmed] = await table.query({ index: 'gsi1', pk: confirmedPk(account, id), limit: 1 });
  return {
    ...(pending && { email: pending.email }),
    ...(confirmed && { profileId: String(confirmed.gsi1sk) }),
  };
};
