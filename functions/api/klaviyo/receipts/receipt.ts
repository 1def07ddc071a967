import type { Context } from '../../../domains/accounts/context.ts';
import type { Event } from '../../../domains/events/records/event.ts';
import { parseEventId } from '../../../domains/events/records/event-id.ts';
import { events } from '../../../domains/events/records/store.ts';
import type { Outcome } from '../../../domains/receipts/outcome.ts';
import { openReceipt, type ReceiptContents } from '../../../domains/receipts/token.ts';
import { timeProblem } from '../../../model/time.ts';
import { ApiError } from '../../../platform/errors.ts';
import { readOwners } from '../events/lookup.ts';

/** A receipt with what is stored now. */
export interface Receipt {
  readonly id: string;
  /** `expired`: it was stored, and is older than the account's events are kept. */
  readonly outcome: Outcome | 'expired';
  readonly source: string;
  readonly receivedAt: Date;
  readonly event?: { readonly id: string; readonly profileId: string };
}

/** @throws ApiError `not_found` if this account has no such receipt */
export const readReceipt = async (id: string, context: Context): Promise<Receipt> => {
  const contents = await openReceipt(id, context);
  if (!contents) throw new ApiError('not_found', { detail: `There is no receipt ${id.slice(0, 100)}.` });
  return { id, ...(await withEvent(contents, context)) };
};

const withEvent = async ({ eventId, ...contents }: ReceiptContents, context: Context): Promise<Omit<Receipt, 'id'>> => {
  const place = eventId === undefined ? undefined : parseEventId(eventId);
  if (eventId === undefined || !place) return contents;
  const event = await context.table.get(events, { account: context.account, ...place });
  if (!event) return { ...contents, outcome: isExpired(place, context) ? 'expired' : 'erased' };
  const ownerOf = await readOwners([event], context);
  return { ...contents, event: { id: eventId, profileId: ownerOf(event.profileId) } };
};

const isExpired = ({ time }: Pick<Event, 'time'>, { now, settings }: Context): boolean =>
  timeProblem(new Date(time), { now: now(), retentionDays: settings.eventRetentionDays }) !== undefined;
