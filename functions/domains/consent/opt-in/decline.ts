import { update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { readPendingOptIn } from './actions.ts';
import { confirmedPk, pendingOptIns } from './store.ts';

/** The recipient of a confirmation mail, as far as still known. */
export interface MailRecipient {
  readonly email?: string;
  /** The profile that confirmed. */
  readonly profileId?: string;
}

/** Declines an opt-in for the recipient of its mail: it can't be confirmed any more. */
export const declineOptIn = async (
  id: string,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<MailRecipient> => {
  const pending = await readPendingOptIn(id, { account, table });
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
