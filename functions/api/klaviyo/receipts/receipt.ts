import type { Context } from '../../../domains/accounts/context.ts';
import { eventIdOf, parseEventId } from '../../../domains/events/records/event-id.ts';
import { EVENTS, events, timelinePk, timeSortKey } from '../../../domains/events/records/store.ts';
import { getEventJob } from '../../../domains/receipts/jobs/actions.ts';
import { type Place, unpackResults } from '../../../domains/receipts/jobs/results.ts';
import type { Outcome } from '../../../domains/receipts/outcome.ts';
import { openReceipt } from '../../../domains/receipts/token.ts';
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

/** What was known when the event was received. */
type Recorded = Pick<Receipt, 'source' | 'receivedAt'> & {
  readonly outcome: Outcome;
  readonly place?: Place | undefined;
};

/** @throws ApiError `not_found` if this account has no such receipt */
export const readReceipt = async (id: string, context: Context): Promise<Receipt> => {
  const [, job, index] = /^(\w{26})\.(\d{1,4})$/.exec(id) ?? [];
  const recorded = job === undefined ? await readToken(id, context) : await readOfJob(job, Number(index), context);
  if (!recorded) throw new ApiError('not_found', { detail: `There is no receipt ${id.slice(0, 100)}.` });
  const { place, ...rest } = recorded;
  return { id, ...rest, ...(place && (await findEvent(place, context))) };
};

const readToken = async (id: string, context: Context): Promise<Recorded | undefined> => {
  const contents = await openReceipt(id, context);
  if (!contents) return undefined;
  const { eventId, ...rest } = contents;
  return { ...rest, place: eventId === undefined ? undefined : parseEventId(eventId) };
};

const readOfJob = async (id: string, index: number, context: Context): Promise<Recorded | undefined> => {
  const { source, receivedAt, results } = await getEventJob(id, context);
  const result = unpackResults(results)[index];
  return result && { ...result, source, receivedAt: new Date(receivedAt) };
};

const findEvent = async (
  place: Place,
  context: Context,
): Promise<Pick<Receipt, 'event'> | Pick<Receipt, 'outcome'>> => {
  const pk = timelinePk(context.account, place.profileId);
  const [event] = await context.table.queryOf(events, { pk, prefix: EVENTS + timeSortKey(place), limit: 1 });
  if (!event) return { outcome: isExpired(place, context) ? 'expired' : 'erased' };
  const ownerOf = await readOwners([event], context);
  return { event: { id: eventIdOf(event), profileId: ownerOf(event.profileId) } };
};

const isExpired = ({ time }: Place, { now, settings }: Context): boolean =>
  timeProblem(new Date(time), { now: now(), retentionDays: settings.eventRetentionDays }) !== undefined;
