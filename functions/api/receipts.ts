import type { Context } from '../domains/accounts/context.ts';
import type { IngestedEvent } from '../domains/events/ingest.ts';
import type { Accepted } from '../domains/integrations/receive/accept.ts';
import { tokenIdOf } from '../domains/profiles/push-tokens/store.ts';
import type { ReceiptItem } from '../domains/receipts/item.ts';
import type { Outcome } from '../domains/receipts/outcome.ts';
import type { Source } from '../domains/receipts/source.ts';
import { createReceipts } from '../domains/receipts/token.ts';

/** The name of the header. */
export const RECEIPT = 'Tributary-Receipt';

/** For the `headers` of a route that receives one item. */
export const receiptHeaderDescription = {
  [RECEIPT]: 'The receipt of the call: `GET /api/receipts/{id}` says what became of it.',
};

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** What became of an item. */
export interface Received {
  readonly outcome: Outcome;
  readonly item: ReceiptItem;
}

/** What became of an event. One that was not stored since a robot sent it is `undefined`. */
export const receivedEvent = (ingested: IngestedEvent | undefined): Received => ({
  outcome: ingested?.outcome ?? 'rejected',
  item: { type: 'event', id: ingested && ingested.outcome !== 'erased' ? ingested.id : '' },
});

/** What became of the profile of a call. `id` is undefined if the person was erased. */
export const receivedProfile = (id: string | undefined): Received => ({
  outcome: id === undefined ? 'erased' : 'stored',
  item: { type: 'profile', id: id ?? '' },
});

/** What became of a push token. `profileId` is undefined if the person was erased. */
export const receivedToken = (token: Parameters<typeof tokenIdOf>[0], profileId: string | undefined): Received => ({
  outcome: profileId === undefined ? 'erased' : 'stored',
  item: { type: 'push-token', id: profileId === undefined ? '' : tokenIdOf(token) },
});

/** What became of a call that removes a push token. It is the same whether anybody had the token. */
export const receivedRemoval = (id: string): Received => ({ outcome: 'stored', item: { type: 'push-token', id } });

/** What became of a public subscription: a worker carries it out. `id` is undefined for that of a robot. */
export const receivedSubscription = (id: string | undefined): Received => ({
  outcome: id === undefined ? 'rejected' : 'stored',
  item: { type: 'subscription', id: id ?? '' },
});

/** What was refused. `id` is undefined if it is counted only. */
export const receivedRejection = (id: string | undefined): Received => ({
  outcome: 'rejected',
  item: { type: 'rejected-item', id: id ?? '' },
});

/** What became of a delivery of a webhook: it is processed after the answer. */
export const receivedDelivery = ({ id, key, isDuplicate }: Accepted): Received => ({
  outcome: isDuplicate ? 'duplicate' : 'stored',
  item: { type: 'delivery', id: `${id}${key}` },
});

/** What a robot sent, and is not stored. */
export const receivedOfRobot = (type: ReceiptItem['type']): Received => ({
  outcome: 'rejected',
  item: { type, id: '' },
});

/** The receipts of items, in order. */
export const receiptsOf = (all: readonly Received[], source: Source, context: Deps): Promise<string[]> => {
  const receivedAt = context.now();
  return createReceipts(
    all.map((one) => ({ ...one, source, receivedAt })),
    context,
  );
};

export const receiptHeader = async (
  received: Received,
  source: Source,
  context: Deps,
): Promise<Record<string, string>> => {
  const [receipt = ''] = await receiptsOf([received], source, context);
  return { [RECEIPT]: receipt };
};
