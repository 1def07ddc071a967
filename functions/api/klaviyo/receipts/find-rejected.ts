import { decodeTime } from 'ulid';
import type { Context } from '../../../domains/accounts/context.ts';
import { hookDeliveries, RECOGNIZED_DAYS } from '../../../domains/integrations/records/store.ts';
import { maskText } from '../../../domains/receipts/mask.ts';
import { repeatedId } from '../../../domains/receipts/rejected/keep.ts';
import { findRejected, isReplayed } from '../../../domains/receipts/rejected/read.ts';
import type { RejectedItem } from '../../../domains/receipts/rejected/rejected-item.ts';
import { hasScope } from '../../caller-scope.ts';
import type { Found, Recorded } from './found.ts';

/** Finds what was refused, with its reasons. It is stored if a replay stored it. */
export const findRejection = async (id: string, { outcome }: Recorded, context: Context): Promise<Found> => {
  const item = await findRejected(id, context);
  return item ? foundRejection(item, context) : { outcome };
};

/** Reasons can quote what is wrong: keys that may not see rejected items get them masked. */
const foundRejection = (item: RejectedItem, { caller }: Context): Found => {
  const { id, reasons } = item;
  if (isReplayed(item)) return { outcome: 'stored', rejectedItemId: id };
  const isMasked = !hasScope(caller, 'rejected-items:read');
  return {
    outcome: 'rejected',
    rejectedItemId: id,
    reasons: reasons.map(({ detail, pointer }) => ({ detail: isMasked ? maskText(detail) : detail, pointer })),
  };
};

const ID_LENGTH = 26;
const DAY_MS = 86_400_000;

/** Finds a delivery of a webhook: processed, refused, or still waiting. */
export const findDelivery = async (
  reference: string,
  { outcome, receivedAt, source }: Recorded,
  context: Context,
): Promise<Found> => {
  const { account, table, now, newId } = context;
  const [id, key] = [reference.slice(0, ID_LENGTH), reference.slice(ID_LENGTH)];
  const integrationId = source.slice('hook:'.length);
  if (await table.get(hookDeliveries, { account, integrationId, key })) return { outcome };
  const rejected = await findRejected(repeatedId(id, new Date(decodeTime(id)), newId), context);
  if (rejected) return foundRejection(rejected, context);
  return { outcome: now().getTime() < receivedAt.getTime() + RECOGNIZED_DAYS * DAY_MS ? 'pending' : 'expired' };
};
