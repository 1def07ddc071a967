import { estimates, operations } from './operations.ts';
import { prices } from './prices.ts';

export interface Usage {
  /** A month. */
  readonly events: number;
  /** Events in a request. */
  readonly batch: number;
  readonly retentionDays: number;
  /** New ones a month, with two identifiers each. */
  readonly profiles: number;
}

/** Dollars a month. */
export type Bill = Readonly<Record<string, number>>;

const GB = 1e9;
const DAYS_A_MONTH = 365 / 12;

/** What the deployment costs when as many events leave the table as come in. Each event is of another person: the worst case for reads. */
export const billOf = ({ events, batch, retentionDays, profiles }: Usage): Bill => {
  const requests = events / batch;
  const ms = estimates.requestMs + estimates.furtherEventMs * (batch - 1);
  const { event, profileWith2Identifiers: profile } = operations;
  const storedGb = (events * (retentionDays / DAYS_A_MONTH) * estimates.tableBytesPerEvent) / GB;
  return {
    'API Gateway': requests * prices.httpApiRequest,
    Lambda: requests * (prices.lambdaRequest + (ms / 1_000) * estimates.lambdaGb * prices.lambdaGbSecond),
    'DynamoDB writes': (events * event.writes + profiles * profile.writes) * prices.writeUnit,
    'DynamoDB reads': (events * event.reads + profiles * profile.reads) * prices.readUnit,
    Logs: ((requests * estimates.logBytesPerRequest) / GB) * prices.logGb,
    'Table storage': storedGb * prices.tableGbMonth,
    'Table backups': storedGb * prices.backupGbMonth,
  };
};

export const totalOf = (bill: Bill): number => Object.values(bill).reduce((sum, line) => sum + line, 0);

/** Of taking events in, without keeping them: dollars a million. */
export const ingestPerMillion = (batch: number): number =>
  totalOf(billOf({ events: 1e6, batch, retentionDays: 0, profiles: 0 }));

/** The same usage by other designs: dollars a month in all. */
export const designs = (usage: Usage): Readonly<Record<string, number>> => {
  const total = totalOf(billOf(usage));
  return {
    'as it is': total,
    // Two items at twice the price and the index, in place of one item and the index.
    'event and profile in a transaction': total + usage.events * 3 * prices.writeUnit,
    // Sent once; received and deleted ten at a time.
    'a queue in front': total + usage.events * 1.2 * prices.sqsRequest,
    'one event a request': totalOf(billOf({ ...usage, batch: 1 })),
    'twelve months in the table': totalOf(billOf({ ...usage, retentionDays: 365 })),
  };
};
