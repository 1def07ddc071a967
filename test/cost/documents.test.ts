import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Bill, ingestPerMillion, monthOf, nothing, perMillion, totalOf } from '../../lib/cost/bill.ts';
import { synthesizedStanding } from '../../lib/cost/deployment.ts';
import { designs } from '../../lib/cost/designs.ts';
import { idleBill, optional } from '../../lib/cost/idle.ts';
import { consentReads, consentWrites, deliveries, operations, rows, type Units } from '../../lib/cost/operations.ts';
import { prices } from '../../lib/cost/prices.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');
/** The cells of each table of docs/cost.md, without its head and its first column. */
const [millions, month, units, added] = read('docs/cost.md')
  .split(/\n\n/)
  .filter((block) => block.startsWith('|'))
  .map((block) => block.split('\n').slice(2).map(cellsOf));

function cellsOf(line: string): string[] {
  return line
    .replaceAll('*', '')
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
}

const AMOUNT = 1e8;
const usage = { ...nothing, events: AMOUNT, batch: 10, retentionDays: 90, archiveDays: 365 };
const standing = synthesizedStanding();
const bill: Bill = monthOf(usage, standing);
const whole = designs(usage, standing);
const sum = (...names: string[]) => names.reduce((total, name) => total + (bill[name] ?? Number.NaN), 0);
const dollars = (amount = Number.NaN) => amount.toFixed(2);

test("docs/cost.md has the model's cost of a million of each", () => {
  const each = perMillion();
  const member = rows.member.reads * prices.readUnit * 1e6;
  expect(millions?.map(([cell]) => cell)).toEqual([
    ...[1, 10, 50].map((batch) => dollars(ingestPerMillion(batch, AMOUNT))),
    dollars(each['New profiles, in addition to their event']),
    dollars(each['Profile changes']),
    dollars(each['Consent changes']),
    dollars(each['Profile reads']),
    dollars(each['CSV rows, new']),
    dollars(each['CSV rows, changed']),
    dollars(each['CSV rows, unchanged']),
    `${dollars(each['CSV rows that join a list, in addition'])}; ${dollars(member)}`,
    dollars(each['Consent changes, brought to webhooks within seconds, in addition']),
    dollars(each['Webhook deliveries, one by one']),
    dollars(each['Webhook deliveries, many at once']),
  ]);
});

test("docs/cost.md has the model's bill of a month", () => {
  expect(month?.map(([cell]) => cell)).toEqual(
    [
      sum('API Gateway'),
      sum('Lambda', 'Logs', 'Data out'),
      sum('DynamoDB writes', 'DynamoDB reads', 'Counts', 'Totals'),
      sum('Table storage', 'Table backups'),
      sum('Archive: ingestion'),
      sum('Archive: storage'),
      totalOf(idleBill(standing)),
      totalOf(bill),
      whole['twelve months in the table, no archive'],
    ].map(dollars),
  );
});

test('docs/cost.md has the units and requests of each operation', () => {
  const cells = ({ writes, reads, requests }: Units & { readonly requests?: number }) =>
    [writes, reads, requests ?? ''].map(String);
  const consent = Object.values(consentWrites).map((writes) => ({ writes, reads: consentReads }));
  const { alone, further } = deliveries;
  const delivered = [
    { ...alone, reads: alone.reads + alone.emptyReads },
    { ...further, requests: Math.round(further.requests) },
  ];
  expect(units).toEqual([...Object.values(operations), ...delivered, ...Object.values(rows), ...consent].map(cells));
});

test('docs/cost.md has the cost of settings', () => {
  const [sftp, budget, metric, alarm, warmth, schedules] = Object.values(optional).map(dollars);
  expect(added?.map(([cell]) => cell)).toEqual([sftp, budget, `${alarm}; ${metric}`, warmth, schedules]);
});

test('the README has the figures of the model', () => {
  const { event, bulkOf50, profileWith2Identifiers, profileUpdate, profileRead } = operations;
  const list = ({ writes, reads, requests }: Units & { readonly requests: number }) =>
    [writes, reads, requests].join(', ');
  for (const said of [
    `$${totalOf(idleBill(standing)).toFixed(1)} a month idle`,
    `$${dollars(ingestPerMillion(1, AMOUNT))} a million events one by one and $${dollars(ingestPerMillion(50, AMOUNT))} in batches of 50`,
    `$${totalOf(bill).toFixed(0)} with 90 days in the table`,
    `$${whole['twelve months in the table, no archive']?.toFixed(0)} with twelve months in the table`,
    `| DynamoDB: an event[^4] | ${list(event)} |`,
    `| … 50 events in a request | ${list(bulkOf50)} |`,
    `| … a new profile with two identifiers | ${list(profileWith2Identifiers)} |`,
    `| … a change of a profile | ${list(profileUpdate)} |`,
    `| … a read of a profile | ${list(profileRead)} |`,
  ])
    expect(readme).toContain(said);
});
