import { archiving, estimates } from './operations.ts';
import { prices } from './prices.ts';

export const GB = 1e9;
export const DAYS_A_MONTH = 365 / 12;

interface Archived {
  readonly events: number;
  readonly retentionDays: number;
  /** What has been archived for so long is kept. */
  readonly archiveDays: number;
}

export const tableGb = ({ events, retentionDays }: Pick<Archived, 'events' | 'retentionDays'>): number =>
  (events * (retentionDays / DAYS_A_MONTH) * estimates.tableBytesPerEvent) / GB;

/** A batch of each shard ends when it is full or its time is over; one without an event is none. */
const batchesOf = ({ events, ...table }: Archived): number => {
  const shards = Math.max(archiving.partitions, tableGb({ events, ...table }) / archiving.partitionGb);
  const windows = (DAYS_A_MONTH * 86_400) / archiving.windowSeconds;
  return Math.min(events, Math.max(events / archiving.eventsPerBatch, shards * windows));
};

/** Reading the stream is free to Lambda. A batch makes one object: events of one account. */
export const archiveBill = (archived: Archived) => {
  const { events, archiveDays } = archived;
  const batches = batchesOf(archived);
  const seconds = (batches * archiving.batchMs + events * archiving.eventMs) / 1_000;
  return {
    'Archive: taking in':
      batches * (prices.lambdaRequest + prices.s3Put) + seconds * archiving.lambdaGb * prices.lambdaGbSecond,
    'Archive: storage': ((events * (archiveDays / DAYS_A_MONTH) * archiving.bytesPerEvent) / GB) * prices.s3GbMonth,
  };
};
