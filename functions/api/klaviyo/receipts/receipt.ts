import type { Context } from '../../../domains/accounts/context.ts';
import { parseEventId } from '../../../domains/events/records/event-id.ts';
import type { ItemType } from '../../../domains/receipts/item.ts';
import { getEventJob } from '../../../domains/receipts/jobs/actions.ts';
import { unpackResults } from '../../../domains/receipts/jobs/results.ts';
import { openReceipt } from '../../../domains/receipts/token.ts';
import { ApiError } from '../../../platform/errors.ts';
import { findEvent } from './find-event.ts';
import { findProfileOfReceipt, findToken } from './find-profile.ts';
import { findDelivery, findRejection } from './find-rejected.ts';
import { findSubscription } from './find-subscription.ts';
import type { Found, Place, Recorded } from './found.ts';

/** A receipt with what is stored now. */
export interface Receipt extends Place {
  readonly id: string;
  readonly itemType: ItemType;
  readonly outcome: Found['outcome'];
  readonly source: string;
  readonly receivedAt: Date;
}

/** @throws ApiError `not_found` if this account has no such receipt */
export const readReceipt = async (id: string, context: Context): Promise<Receipt> => {
  const [, job, index] = /^(\w{26})\.(\d{1,4})$/.exec(id) ?? [];
  const receipt = job === undefined ? await readToken(id, context) : await readOfJob(id, job, Number(index), context);
  if (!receipt) throw new ApiError('not_found', { detail: `There is no receipt ${id.slice(0, 100)}.` });
  return receipt;
};

const readToken = async (id: string, context: Context): Promise<Receipt | undefined> => {
  const contents = await openReceipt(id, context);
  if (!contents) return undefined;
  const { item, outcome, source, receivedAt } = contents;
  const found =
    item.id === '' ? { outcome } : await finders[item.type](item.id, { outcome, receivedAt, source }, context);
  return { id, itemType: item.type, source, receivedAt, ...found };
};

type Finder = (id: string, recorded: Recorded, context: Context) => Promise<Found>;

const finders: { readonly [type in ItemType]: Finder } = {
  event: async (id, { outcome }, context) => {
    const place = parseEventId(id);
    return place ? findEvent(place, outcome, context) : { outcome };
  },
  profile: findProfileOfReceipt,
  'push-token': findToken,
  subscription: findSubscription,
  delivery: findDelivery,
  'rejected-item': findRejection,
};

const readOfJob = async (id: string, job: string, index: number, context: Context): Promise<Receipt | undefined> => {
  const { source, receivedAt, results } = await getEventJob(job, context);
  const result = unpackResults(results)[index];
  if (!result) return undefined;
  const { outcome, place } = result;
  const found = place ? await findEvent(place, outcome, context) : { outcome };
  return { id, itemType: 'event', source, receivedAt: new Date(receivedAt), ...found };
};
