import { archiving, estimates } from './operations.ts';
import { prices } from './prices.ts';

export const GB = 1e9;
export const DAYS_A_MONTH = 365 / 12;

interface Archived {
  readonly events: number;
  readonly retentionDays: number;
  /** Events are kept in the archive for this many days. */
  readonly archiveDays: number;
}

export const tableGb = ({ events, retentionDays }: Pick<Archived, 'events' | 'retentionDays'>): number =>
  (events * (retentionDays / DAYS_A_MONTH) * estimates.tableBytesPerEvent) / GB;

interface Running {
  readonly lambdaGb: number;
  readonly batchMs: number;
  readonly eventMs: number;
}

/** A batch of each shard ends when it is full or its window ends; without an event there is no batch. */
export const batchesOf = ({ events, ...table }: Archived): number => {
  const shards = Math.max(archiving.partitions, tableGb({ events, ...table }) / archiving.partitionGb);
  const windows = (DAYS_A_MONTH * 86_400) / archiving.windowSeconds;
  return Math.min(events, Math.max(events / archiving.eventsPerBatch, shards * windows));
};

/**
 * Lambda reads the stream for free. A batch is one message, and becomes one object: events of one account. SQS bills
 * each started 64 KB sent and received, and each deletion.
 */
export const archiveBill = (archived: Archived) => {
  const { events } = archived;
  const batches = batchesOf(archived);
  const gbSeconds = ({ lambdaGb, batchMs, eventMs }: Running): number =>
    (lambdaGb * (batches * batchMs + events * eventMs)) / 1_000;
  const { reader, writer, messageBytesPerEvent } = archiving;
  const sqsRequests = 2 * Math.max(batches, (events * messageBytesPerEvent) / prices.sqsStepBytes) + batches;
  return {
    'Archive: ingestion':
      batches * (2 * prices.lambdaRequest + prices.s3Put) +
      sqsRequests * prices.sqsRequest +
      (gbSeconds(reader) + gbSeconds(writer)) * prices.lambdaGbSecond,
    'Archive: storage': storageOf(archived, batches),
  };
};

/** Large objects move to the cheaper class at a certain age. */
const storageOf = ({ events, archiveDays }: Archived, batches: number): number => {
  const { bytesPerEvent, moved } = archiving;
  const gbDay = (events * bytesPerEvent) / DAYS_A_MONTH / GB;
  if ((events * bytesPerEvent) / batches < moved.fromBytes || archiveDays <= moved.afterDays)
    return gbDay * archiveDays * prices.s3GbMonth;
  const oldDays = archiveDays - moved.afterDays;
  return gbDay * (moved.afterDays * prices.s3GbMonth + oldDays * prices.s3IaGbMonth) + batches * prices.s3IaTransition;
};
