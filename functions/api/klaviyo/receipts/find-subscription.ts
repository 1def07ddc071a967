import type { Context } from '../../../domains/accounts/context.ts';
import { DONE_DAYS, LINK_MS, type PendingOptIn, pendingOptIns } from '../../../domains/consent/opt-in/store.ts';
import { formSubmissions } from '../../../domains/forms/submissions/store.ts';
import type { Outcome } from '../../../domains/receipts/outcome.ts';
import { findConsents } from './find-consent.ts';
import type { Found, Recorded } from './found.ts';

/** Finds a subscription of a page, browser or form, which a worker carries out and the person may have to confirm. */
export const findSubscription = async (
  id: string,
  { outcome, receivedAt }: Recorded,
  context: Context,
): Promise<Found> => {
  const { account, table, now } = context;
  const optIn = await table.get(pendingOptIns, { account, id });
  if (optIn) {
    const { listId } = optIn;
    return { ...(await findOptIn(optIn, outcome, context)), ...(listId !== undefined && { listId }) };
  }
  const submission = await table.get(formSubmissions, { account, id });
  if (submission?.status === 'accepted') return { outcome: 'pending' };
  return { outcome: now().getTime() < receivedAt.getTime() + DONE_DAYS * DAY_MS ? 'erased' : 'expired' };
};

const DAY_MS = 86_400_000;

const findOptIn = async (optIn: PendingOptIn, outcome: Outcome, context: Context): Promise<Found> => {
  const { status, topics, profileIds = [], result = 'stored' } = optIn;
  const isLate = context.now().getTime() >= Date.parse(optIn.requestedAt) + LINK_MS;
  switch (status) {
    case 'accepted':
    case 'confirming':
      return { outcome: 'pending' };
    case 'pending':
      return isLate ? { outcome: 'expired' } : { outcome: 'pending', reasons: [{ detail: UNCONFIRMED }] };
    case 'declined':
      return { outcome: 'rejected', reasons: [{ detail: DECLINED }] };
    case 'confirmed':
    case 'done':
      if (result !== 'stored') return { outcome: result };
      return findConsents(
        profileIds.map((profileId) => ({ profileId, topics })),
        { outcome, isOptIn: true },
        context,
      );
  }
};

const UNCONFIRMED = 'The owner of the address has not confirmed it yet.';
const DECLINED = 'The owner of the address declined it.';
