import { archiveBill, batchesOf, DAYS_A_MONTH, GB, tableGb } from './archive.ts';
import { changesBill, deliveryCost } from './changes.ts';
import { idleBill } from './idle.ts';
import { type Measures, measures, requestMs } from './measures.ts';
import {
  consentReads,
  consentWrites,
  countPart,
  estimates,
  eventJob,
  operations,
  rows,
  totalsItems,
  totalsPart,
  type Units,
} from './operations.ts';
import { prices } from './prices.ts';
import type { Standing } from './standing.ts';

/** The usage of a month. */
export interface Usage {
  readonly events: number;
  /** Events per request. */
  readonly batch: number;
  readonly retentionDays: number;
  /** Days that events are kept in the archive. */
  readonly archiveDays: number;
  /** New profiles that come with their events, with two identifiers each. */
  readonly profiles: number;
  readonly profileChanges: number;
  readonly consentChanges: number;
  /** Reads of one profile by its id. */
  readonly reads: number;
  readonly newRows: number;
  readonly changedRows: number;
  readonly unchangedRows: number;
  /** Rows among these whose people join the list of the mapping. */
  readonly joiningRows: number;
  /** Messages of webhooks, each alone in its run. */
  readonly deliveries: number;
}

export const nothing: Usage = {
  events: 0,
  batch: 1,
  retentionDays: 0,
  archiveDays: 0,
  profiles: 0,
  profileChanges: 0,
  consentChanges: 0,
  reads: 0,
  newRows: 0,
  changedRows: 0,
  unchangedRows: 0,
  joiningRows: 0,
  deliveries: 0,
};

/** Dollars per month. */
export type Bill = Readonly<Record<string, number>>;

/**
 * The cost of a usage if as many events expire from the table as come in. Each event belongs to another person: the
 * worst case for reads.
 */
export const billOf = (usage: Usage, measured: Measures = measures): Bill => {
  const { events, batch } = usage;
  const eventRequests = events / batch;
  const otherRequests = usage.profileChanges + usage.consentChanges + usage.reads;
  const requests = eventRequests + otherRequests;
  const requestSeconds = (eventRequests * requestMs(batch, measured) + otherRequests * requestMs(1, measured)) / 1_000;
  const rowSeconds = ((usage.newRows + usage.changedRows + usage.unchangedRows) * estimates.rowMs) / 1_000;
  const { reads, writes: withoutJobs } = unitsOf(usage, measured);
  const writes = withoutJobs + (batch > 1 ? eventRequests * jobWrites(batch) : 0);
  const storedGb = tableGb(usage);
  return {
    'API Gateway': (eventRequests * stepsOf(batch, measured) + otherRequests) * prices.httpApiRequest,
    Lambda:
      requests * prices.lambdaRequest +
      (requestSeconds * estimates.lambdaGb + rowSeconds * estimates.importGb) * prices.lambdaGbSecond,
    'DynamoDB writes': writes * prices.writeUnit,
    'DynamoDB reads': reads * prices.readUnit,
    Counts: countWrites(usage) * prices.writeUnit,
    Totals: totalsCost(usage),
    'Data out':
      ((eventRequests * estimates.answerBytes.event + otherRequests * estimates.answerBytes.other) / GB) *
      prices.dataOutGb,
    Logs: ((requests * estimates.logBytesPerRequest) / GB) * prices.logGb,
    'Table storage': storedGb * prices.tableGbMonth,
    'Table backups': storedGb * prices.backupGbMonth,
    ...archiveBill(usage),
    'Webhook deliveries': usage.deliveries * deliveryCost('alone'),
  };
};

/** The whole bill of a month: usage and fixed costs. */
export const monthOf = (usage: Usage, standing: Standing): Bill => ({
  ...billOf(usage),
  'Alarms, dashboard, polling': totalOf(idleBill(standing)),
});

const stepsOf = (batch: number, { sentBytes }: Measures): number =>
  Math.ceil((batch * sentBytes) / prices.httpApiStepBytes);

/** The write units of the job of a bulk call. */
export const jobWrites = (batch: number): number =>
  Math.ceil((eventJob.bytes + batch * eventJob.bytesPerEvent) / BYTES_PER_WRITE_UNIT);

/** The write units of the counts. */
const countWrites = (usage: Usage): number => {
  if (usage.events === 0) return 0;
  const batches = batchesOf(usage);
  return batches * partWrites(usage.events / batches);
};

/** The write units of a part of the counts. */
export const partWrites = (changes: number): number =>
  Math.ceil((countPart.bytes + changes * countPart.bytesPerChange) / BYTES_PER_WRITE_UNIT);

/** Totals of metrics: parts, which are read about twice, and their items. */
const totalsCost = (usage: Usage): number => {
  if (usage.events === 0) return 0;
  const batches = batchesOf(usage);
  const parts = 2 * batches * totalsPartWrites(usage.events / batches);
  const { metrics, hour, day } = totalsItems;
  const items = 2 * metrics * DAYS_A_MONTH * (24 * hour + day);
  const reads = (2 * parts * BYTES_PER_WRITE_UNIT) / BYTES_PER_READ_UNIT;
  return (parts + items) * prices.writeUnit + reads * prices.readUnit;
};

/** The write units of a part of the totals. */
export const totalsPartWrites = (contributions: number): number =>
  Math.ceil((totalsPart.bytes + contributions * totalsPart.bytesPerContribution) / BYTES_PER_WRITE_UNIT);

const BYTES_PER_WRITE_UNIT = 1_024;
const BYTES_PER_READ_UNIT = 4_096;

const unitsOf = (usage: Usage, { event }: Measures): Units => {
  const consent: Units = { writes: consentWrites.change, reads: consentReads };
  const done: readonly (readonly [number, Units])[] = [
    [usage.events, event],
    [usage.profiles, operations.profileWith2Identifiers],
    [usage.profileChanges, operations.profileUpdate],
    [usage.consentChanges, consent],
    [usage.reads, operations.profileRead],
    [usage.newRows, rows.created],
    [usage.changedRows, rows.updated],
    [usage.unchangedRows, rows.unchanged],
    [usage.joiningRows, rows.joining],
  ];
  const sum = (kind: keyof Units) => done.reduce((total, [count, units]) => total + count * units[kind], 0);
  return { writes: sum('writes'), reads: sum('reads') };
};

export const totalOf = (bill: Bill): number => Object.values(bill).reduce((sum, line) => sum + line, 0);

/**
 * Ingesting and archiving events without storing them in the table, without counts and totals: dollars per million, at
 * this many events per month.
 */
export const ingestPerMillion = (batch: number, events = 1e6, measured = measures): number => {
  const { Counts: _, Totals: __, ...bill } = billOf({ ...nothing, events, batch }, measured);
  return (totalOf(bill) / events) * 1e6;
};

/** Dollars per million of each operation. */
export const perMillion = (): Bill => {
  const cost = (usage: Partial<Usage>) => totalOf(billOf({ ...nothing, ...usage }));
  return {
    'Single events': ingestPerMillion(1),
    'Single events with a unique_id': ingestPerMillion(1) + extra(operations.eventWithUniqueId.writes),
    'Events, 50 to a request': ingestPerMillion(50),
    'New profiles, in addition to their event': cost({ profiles: 1e6 }),
    'Profile changes': cost({ profileChanges: 1e6 }),
    'Consent changes': cost({ consentChanges: 1e6 }),
    'Profile reads': cost({ reads: 1e6 }),
    'CSV rows, new': cost({ newRows: 1e6 }),
    'CSV rows, changed': cost({ changedRows: 1e6 }),
    'CSV rows, unchanged': cost({ unchangedRows: 1e6 }),
    'CSV rows that join a list, in addition': cost({ joiningRows: 1e6 }),
    'Consent changes, brought to webhooks within seconds, in addition': changesBill({ changes: 1e6, seconds: 2 }),
    'Webhook deliveries, one by one': cost({ deliveries: 1e6 }),
    'Webhook deliveries, many at once': 1e6 * deliveryCost('further'),
  };
};

const extra = (writes: number): number => 1e6 * (writes - operations.event.writes) * prices.writeUnit;
