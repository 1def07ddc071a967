import { create } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { CONFIRMATION_MAIL, MAIL_QUEUE } from './mail.ts';
import { expiryOf, type PendingOptIn, pendingOptIns } from './store.ts';

type NewOptIn = Omit<PendingOptIn, 'account' | 'id' | 'origin' | 'requestedAt' | 'expiresAt'>;

/** Stores an opt-in, then queues the message for the worker. Returns its id. */
export const beginOptIn = async (optIn: NewOptIn, context: Context): Promise<string> => {
  const { account, table, now, newId, origin, queue } = context;
  // What came in earlier and is replayed must not undo what the person decided since.
  const at = context.receivedAt ?? now();
  const id = newId(at);
  const times = { requestedAt: at.toISOString(), expiresAt: expiryOf(at) };
  await table.write(create(pendingOptIns, { ...optIn, account, id, origin, ...times }));
  await queue(MAIL_QUEUE).send({ kind: CONFIRMATION_MAIL, account, id });
  return id;
};
