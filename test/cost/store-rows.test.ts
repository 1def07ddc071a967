import { afterAll, beforeAll, expect, test } from 'vitest';
import { operations, rows, type Units } from '../../lib/cost/operations.ts';
import { type MiniStack, startMiniStack } from '../../lib/local/ministack/ministack.ts';
import { startImports } from '../domains/imports/start-imports.ts';
import { meter } from './meter.ts';

/** Has the bucket and the queue; the table is on DynamoDB Local, which counts units. */
let ministack: MiniStack;
beforeAll(async () => {
  ministack = await startMiniStack();
});
afterAll(() => ministack.stop());

const people = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `p${from + index}@example.com`);
const profilesOf = (emails: readonly string[], name: string): string =>
  ['Email,First Name', ...emails.map((email) => `${email},${name}`), ''].join('\n');
const eventsOf = (emails: readonly string[]): string =>
  ['Email,Metric,Time', ...emails.map((email) => `${email},Bought,2025-12-01T00:00:00Z`), ''].join('\n');

type Kind = 'profiles' | 'events' | 'dry-run/profiles' | 'dry-run/events';

interface Options {
  readonly few?: number;
  readonly many?: number;
  readonly mapping?: string;
}

const FEW = 10;
const MANY = 40;

test('CSV rows cost what the model says', async () => {
  const shop = await startImports({}, ministack);
  const measure = meter(shop.watch);
  let files = 0;
  const drop = async (kind: Kind, body: string, mapping?: string) => {
    const name = `${kind}/${shop.account}/${files++}`;
    if (mapping !== undefined) await shop.put(`${name}.mapping.json`, mapping);
    return (await shop.drop(`${name}.csv`, body)).attributes;
  };
  await drop('events', eventsOf(['first@example.com']));

  /** The marginal cost of a row: the fixed cost of a file cancels out. */
  const perRow = async (
    kind: Kind,
    outcome: string,
    body: (emails: readonly string[]) => string,
    { few: least = FEW, many: most = MANY, mapping }: Options = {},
  ) => {
    const costs = [];
    for (const [from, count] of [
      [0, least],
      [least, most],
    ] as const) {
      costs.push(
        await measure(async () => {
          const told = await drop(kind, body(people(from, count)), mapping);
          expect(told).toMatchObject({ [`${outcome}_count`]: count });
        }),
      );
    }
    const [few, many] = costs;
    const rate = (of: 'writes' | 'transacted' | 'statements' | 'updates' | 'keys') =>
      ((many?.[of] ?? 0) - (few?.[of] ?? 0)) / (most - least);
    const batched = rate('statements') * operations.event.writes + rate('updates') * operations.profileUpdate.writes;
    const writes = rate('writes') + rate('transacted') + batched;
    return { writes, reads: rate('keys') };
  };
  // Reads that occur once per file change the result by some hundredths.
  const near = ({ writes, reads }: Units) => ({ writes, reads: expect.closeTo(reads, 0) });

  const ada = (emails: readonly string[]) => profilesOf(emails, 'Ada');
  const eve = (emails: readonly string[]) => profilesOf(emails, 'Eve');
  const dryRuns = [
    await perRow('dry-run/profiles', 'created', ada),
    await perRow('dry-run/events', 'created', eventsOf),
  ];
  expect(dryRuns).toEqual([
    { writes: 0, reads: expect.closeTo(4, 0) },
    { writes: 0, reads: expect.closeTo(5, 0) },
  ]);
  expect(await perRow('profiles', 'created', ada)).toEqual(near(rows.created));
  expect(await perRow('profiles', 'unchanged', ada)).toEqual(near(rows.unchanged));
  expect(await perRow('profiles', 'updated', eve)).toEqual(near(rows.updated));
  expect(await perRow('events', 'created', eventsOf)).toEqual(near(rows.event));

  // Enough people that both files have some in every shard of the list, each with its own count.
  const members = { few: 100, many: 300, mapping: '{"list":"club"}' };
  await drop('profiles', eve(people(0, members.few + members.many)));
  const { writes, reads } = rows.unchanged;
  const joining = { writes: writes + rows.joining.writes, reads: reads + rows.joining.reads };
  // The counts themselves, eight a window, are some hundredths.
  const joined = { ...near(joining), writes: expect.closeTo(joining.writes, 0) };
  expect(await perRow('profiles', 'updated', eve, members)).toEqual(joined);
  const member = { writes, reads: reads + rows.member.reads };
  expect(await perRow('profiles', 'unchanged', eve, members)).toEqual(near(member));
}, 120_000);
