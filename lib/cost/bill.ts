import { archiveBill, GB, tableGb } from './archive.ts';
import { idleBill } from './idle.ts';
import { type Measures, measures, requestMs } from './measures.ts';
import { consentReads, consentWrites, estimates, operations, rows, type Units } from './operations.ts';
import { prices } from './prices.ts';
import type { Standing } from './standing.ts';

/** A month. */
export interface Usage {
  readonly events: number;
  /** Events in a request. */
  readonly batch: number;
  readonly retentionDays: number;
  /** How long events are kept in the archive. */
  readonly archiveDays: number;
  /** New ones that come with their events, with two identifiers each. */
  readonly profiles: number;
  readonly profileChanges: number;
  readonly consentChanges: number;
  /** One profile, by its id. */
  readonly reads: number;
  readonly newRows: number;
  readonly changedRows: number;
  readonly unchangedRows: number;
  /** Those of the others whose people join the list that the mapping names. */
  readonly joiningRows: number;
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
};

/** Dollars a month. */
export type Bill = Readonly<Record<string, number>>;

/**
 * What use costs when as many events leave the table as come in. Each event is of another person: the worst case for
 * reads.
 */
export const billOf = (usage: Usage, measured: Measures = measures): Bill => {
  const { events, batch } = usage;
  const eventRequests = events / batch;
  const otherRequests = usage.profileChanges + usage.consentChanges + usage.reads;
  const requests = eventRequests + otherRequests;
  const requestSeconds = (eventRequests * requestMs(batch, measured) + otherRequests * requestMs(1, measured)) / 1_000;
  const rowSeconds = ((usage.newRows + usage.changedRows + usage.unchangedRows) * estimates.rowMs) / 1_000;
  const { writes, reads } = unitsOf(usage, measured);
  const storedGb = tableGb(usage);
  return {
    'API Gateway': (eventRequests * stepsOf(batch, measured) + otherRequests) * prices.httpApiRequest,
    Lambda:
      requests * prices.lambdaRequest +
      (requestSeconds * estimates.lambdaGb + rowSeconds * estimates.importGb) * prices.lambdaGbSecond,
    'DynamoDB writes': writes * prices.writeUnit,
    'DynamoDB reads': reads * prices.readUnit,
    'Data out':
      ((eventRequests * estimates.answerBytes.event + otherRequests * estimates.answerBytes.other) / GB) *
      prices.dataOutGb,
    Logs: ((requests * estimates.logBytesPerRequest) / GB) * prices.logGb,
    'Table storage': storedGb * prices.tableGbMonth,
    'Table backups': storedGb * prices.backupGbMonth,
    ...archiveBill(usage),
  };
};

/** All that a month costs: of what is used, and of what stands there without. */
export const monthOf = (usage: Usage, standing: Standing): Bill => ({
  ...billOf(usage),
  'Alarms, dashboard, polling': totalOf(idleBill(standing)),
});

const stepsOf = (batch: number, { sentBytes }: Measures): number =>
  Math.ceil((batch * sentBytes) / prices.httpApiStepBytes);

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

/** Of taking events in and archiving them, without keeping them: dollars a million, where so many come in a month. */
export const ingestPerMillion = (batch: number, events = 1e6, measured = measures): number =>
  (totalOf(billOf({ ...nothing, events, batch }, measured)) / events) * 1e6;

/** A million of each: dollars. */
export const perMillion = (): Bill => {
  const cost = (usage: Partial<Usage>) => totalOf(billOf({ ...nothing, ...usage }));
  return {
    'Single events': ingestPerMillion(1),
    'Single events with a unique_id': ingestPerMillion(1) + extra(operations.eventWithUniqueId.writes),
    'Events, 50 to a request': ingestPerMillion(50),
    'New profiles, besides their event': cost({ profiles: 1e6 }),
    'Changes of a profile': cost({ profileChanges: 1e6 }),
    'Changes of consent': cost({ consentChanges: 1e6 }),
    'Reads of a profile': cost({ reads: 1e6 }),
    'Rows of CSV, new': cost({ newRows: 1e6 }),
    'Rows of CSV, changed': cost({ changedRows: 1e6 }),
    'Rows of CSV, unchanged': cost({ unchangedRows: 1e6 }),
    'Rows of CSV, joining a list, besides': cost({ joiningRows: 1e6 }),
  };
};

const extra = (writes: number): number => 1e6 * (writes - operations.event.writes) * prices.writeUnit;
