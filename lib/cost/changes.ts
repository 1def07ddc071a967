import { DAYS_A_MONTH, GB } from './archive.ts';
import { archiving, deliveries, delivering } from './operations.ts';
import { prices } from './prices.ts';

interface Changes {
  /** A month. */
  readonly changes: number;
  /** How long the reader of the stream gathers them. */
  readonly seconds: number;
}

/** The function that takes changes for webhooks. */
const taker = { lambdaGb: 0.75, batchMs: 20, lanes: 8 } as const;

/**
 * Dollars a month for bringing changes from the stream to the webhooks: Lambda reads the stream for free. A batch begins
 * with a change and gathers those of the same shard. It is a message of a FIFO queue for each lane that has some of
 * them; each is sent, received and deleted. An account's webhooks are read once.
 */
export const changesBill = ({ changes, seconds }: Changes): number => {
  if (changes === 0) return 0;
  const perSecond = changes / archiving.partitions / (DAYS_A_MONTH * 86_400);
  const inBatch = Math.min(archiving.eventsPerBatch, 1 + perSecond * seconds);
  const batches = changes / inBatch;
  const messages = taker.lanes * (1 - (1 - 1 / taker.lanes) ** inBatch);
  const { reader } = archiving;
  const gbSeconds = (reader.lambdaGb * reader.batchMs + messages * taker.lambdaGb * taker.batchMs) / 1_000;
  const perBatch =
    (1 + messages) * prices.lambdaRequest +
    3 * messages * prices.sqsFifoRequest +
    messages * prices.readUnit +
    gbSeconds * prices.lambdaGbSecond;
  return batches * perBatch;
};

/** Dollars for a delivery of a webhook: alone in its run, the worst case, or one of many. */
export const deliveryCost = (kind: 'alone' | 'further'): number => {
  const { writes, reads } = deliveries[kind];
  const { lambdaGb, parallel, ms, sentBytes } = delivering;
  const common = writes * prices.writeUnit + reads * prices.readUnit + (sentBytes / GB) * prices.dataOutGb;
  const gbSeconds = (lambdaGb * ms) / 1_000;
  if (kind === 'further') return common + (gbSeconds / parallel) * prices.lambdaGbSecond;
  // A message is sent, received, hidden by its worker, and deleted.
  const run = prices.lambdaRequest + 4 * prices.sqsRequest + deliveries.alone.emptyReads * prices.readUnit;
  return common + run + gbSeconds * prices.lambdaGbSecond;
};
