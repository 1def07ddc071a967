import type { Context } from '../domains/accounts/context.ts';
import type { IngestedEvent } from '../domains/events/ingest.ts';
import type { Source } from '../domains/receipts/source.ts';
import { createReceipts, type ReceiptContents } from '../domains/receipts/token.ts';

const RECEIPT = 'Tributary-Receipt';

/** For the `headers` of a route that receives one event. */
export const receiptHeaderDescription = {
  [RECEIPT]: 'The receipt of the event: `GET /api/receipts/{id}` says what became of it.',
};

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** The receipts of events, in order. An event that was not stored since a robot sent it is `undefined`. */
export const receiptsOf = (
  ingested: readonly (IngestedEvent | undefined)[],
  source: Source,
  context: Deps,
): Promise<string[]> => {
  const receivedAt = context.now();
  return createReceipts(
    ingested.map(
      (one): ReceiptContents => ({
        outcome: one?.outcome ?? 'rejected',
        source,
        receivedAt,
        ...(one && one.outcome !== 'erased' && { eventId: one.id }),
      }),
    ),
    context,
  );
};

export const receiptHeader = async (
  ingested: IngestedEvent | undefined,
  source: Source,
  context: Deps,
): Promise<Record<string, string>> => {
  const [receipt = ''] = await receiptsOf([ingested], source, context);
  return { [RECEIPT]: receipt };
};
