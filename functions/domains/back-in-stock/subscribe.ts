import { profilePk } from '../../model/partition.ts';
import { ApiError } from '../../platform/errors.ts';
import { retryOnContention } from '../../platform/retry.ts';
import type { Condition } from '../../platform/table/expression.ts';
import { expiryAfterDays } from '../../platform/table/ttl.ts';
import { create, put } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import type { CatalogVariant } from '../catalog/records/records.ts';
import { type NewEvent, storeEvents } from '../events/actions.ts';
import { ensureMetrics, metricLimitMessage } from '../events/records/ensure-metrics.ts';
import { sendDecoyBatchGet, sendDecoyWrite } from '../profiles/records/decoys.ts';
import type { Person } from '../profiles/records/resolve.ts';
import { sourceOfCall } from '../receipts/source.ts';
import { propertiesOf, SUBSCRIBED, uniqueIdOf } from './events.ts';
import { STOCK, stockRounds, stockSubscriptions } from './records/store.ts';
import { MAX_SUBSCRIPTIONS, type StockChannel, type StockSubscription, WAITING_DAYS } from './records/subscription.ts';

const TRIES = 10;

interface Request {
  /** Undefined for an erased person: nothing is stored, with the same number of requests. */
  readonly person: Person | undefined;
  readonly variant: CatalogVariant;
  readonly channels: readonly StockChannel[];
}

/**
 * Lets a person wait for a variant. Somebody who waits already keeps their place. Sends the table the same requests for
 * every person. A public call adds none to a profile with very many, and gets the same answer.
 *
 * @throws ApiError `invalid` where a profile has too many
 */
export const subscribe = async (request: Request, context: Context): Promise<void> => {
  const { person, variant } = request;
  const isPublic = context.caller.kind === 'public';
  // For everybody: the first event of its kind would take longer.
  const [tooMany] = await ensureMetrics([SUBSCRIBED], context);
  if (tooMany) throw new ApiError('invalid', { detail: metricLimitMessage(tooMany) });
  await ensureRound(variant, context);
  const stored = await retryOnContention(() => attemptToStore(request, context), {
    tries: TRIES,
    what: 'this back-in-stock subscription',
  });
  if (stored === 'full' && !isPublic) throw tooManyError();
  if (!person || stored === 'full' || stored === 'erased') return sendEventDecoys(context);
  const event: NewEvent = {
    profileId: person.id,
    // A public call looks for a stored event also where nobody was merged: else its duration would tell who was.
    sources: isPublic && person.sources.length === 0 ? [person.id] : person.sources,
    metric: SUBSCRIBED,
    time: context.now(),
    isTimeAssumed: true,
    properties: propertiesOf(variant, stored.channels),
    uniqueId: uniqueIdOf(stored),
    source: sourceOfCall('api', context.caller),
    ...(isPublic && { isPublic }),
  };
  await storeEvents([event], context);
};

/** Undefined where a round or another call was faster. */
const attemptToStore = async (
  { person, variant, channels }: Request,
  context: Context,
): Promise<StockSubscription | 'full' | 'erased' | undefined> => {
  const { account, table, now } = context;
  const profileId = person?.id ?? '';
  const stored = await table.queryOf(stockSubscriptions, {
    pk: profilePk(account, profileId),
    prefix: STOCK,
    limit: MAX_SUBSCRIPTIONS,
  });
  const before = stored.find((one) => one.variant === variant.id);
  const isFull = !before && stored.length >= MAX_SUBSCRIPTIONS;
  if (!person || isFull) {
    await sendDecoyWrite(context);
    return person ? 'full' : 'erased';
  }
  const at = now();
  // Subscriptions of a variant that was deleted are removed soon.
  const isWaiting = before && before.ended === undefined && before.created >= variant.created;
  const subscription: StockSubscription = {
    account,
    profileId,
    variant: variant.id,
    id: isWaiting ? before.id : context.newId(at),
    channels: [...new Set([...(isWaiting ? before.channels : []), ...channels])],
    created: isWaiting ? before.created : at.toISOString(),
    expiresAt: expiryAfterDays(at, WAITING_DAYS),
  };
  const written = await table.write(put(stockSubscriptions, subscription, asRead(before)));
  // The response to the first attempt was lost.
  const isOwn = !written.done && written.existing?.id === subscription.id && written.existing.ended === undefined;
  return written.done || isOwn ? subscription : undefined;
};

/** Holds if nobody has changed the subscription since it was read. */
const asRead = (before: StockSubscription | undefined): Condition => {
  if (!before) return 'absent';
  const isSame = { attribute: 'id', is: '=', value: before.id } as const;
  return before.ended === undefined ? { all: [isSame, { attribute: 'ended', is: 'missing' }] } : isSame;
};

/** From then on, changes of the variant start rounds. */
const ensureRound = async ({ id }: CatalogVariant, { account, table, now }: Context): Promise<void> => {
  if (await table.get(stockRounds, { account, id })) return;
  await table.write(create(stockRounds, { account, id, status: 'complete', createdAt: now().toISOString() }));
};

/** The read of an earlier event, and the writes of its guard and itself. */
const sendEventDecoys = async (context: Context): Promise<void> => {
  await sendDecoyBatchGet(context);
  await sendDecoyWrite(context);
  await sendDecoyWrite(context);
};

const tooManyError = (): ApiError =>
  new ApiError('invalid', {
    detail: `The person has ${MAX_SUBSCRIPTIONS} back-in-stock subscriptions, the most there can be.`,
    source: { pointer: '/data/relationships/variant/data/id' },
  });
