import * as v from 'valibot';
import { problemText } from '../../functions/platform/validation/problem-text.ts';
import { type Bill, ingestPerMillion, monthOf, perMillion, totalOf, type Usage } from './bill.ts';
import { designs } from './designs.ts';
import { idleBill, optional } from './idle.ts';
import type { Standing } from './standing.ts';

const MULTIPLES = { '': 1, k: 1e3, M: 1e6, B: 1e9 } as const;
const amount = v.pipe(
  v.string(),
  v.regex(/^\d+(\.\d+)?[kMB]?$/, 'It has to be a number such as 100M, 20k or 5000.'),
  v.transform((text) => {
    const [, number = '', unit = ''] = /^([\d.]+)(.?)$/.exec(text) ?? [];
    return Number(number) * MULTIPLES[v.parse(v.picklist(['', 'k', 'M', 'B']), unit)];
  }),
);

const days = v.pipe(
  v.string(),
  v.regex(/^\d+d$/, 'It has to be a number of days such as 90d.'),
  v.transform((text) => Number.parseInt(text, 10)),
);

const none = v.optional(amount, '0');
const Options = v.object({
  events: v.optional(amount, '100M'),
  batch: v.optional(v.pipe(amount, v.integer(), v.minValue(1), v.maxValue(1_000)), '1'),
  retention: v.optional(days, '90d'),
  archive: v.optional(days, '365d'),
  profiles: none,
  'profile-changes': none,
  'consent-changes': none,
  reads: none,
  'new-rows': none,
  'changed-rows': none,
  'unchanged-rows': none,
  'joining-rows': none,
  deliveries: none,
  idle: v.optional(v.boolean(), false),
  json: v.optional(v.boolean(), false),
  help: v.optional(v.boolean(), false),
});

const isSwitch = (name: string): boolean => name === 'idle' || name === 'json' || name === 'help';

/** Command-line options. */
export const options = Object.fromEntries(
  Object.keys(Options.entries).map((name) => [name, { type: isSwitch(name) ? 'boolean' : 'string' } as const]),
);

const help = [
  'Prints the bill of a month by line, the cost of other designs, and the cost of a million of each operation.',
  'With --idle: the cost of an unused deployment, and of optional settings.',
  ...Object.entries(Options.entries).map(([name, { default: usual }]) =>
    isSwitch(name) ? `  --${name}` : `  --${name} ${usual}`,
  ),
].join('\n');

const parsed = (given: unknown): v.InferOutput<typeof Options> => {
  const { success, output, issues } = v.safeParse(Options, given);
  if (!success)
    throw new Error(issues.map((issue) => `--${v.getDotPath(issue)}: ${problemText(issue, 'It')}`).join('\n'));
  return output;
};

/** The bill for the given options, as text or as JSON. */
export const report = (given: unknown, standingOf: () => Standing): string => {
  const { retention, archive, idle, json, help: asksHelp, ...counts } = parsed(given);
  if (asksHelp) return help;
  const standing = standingOf();
  if (idle) return idleReport(idleBill(standing), json);
  const { events, batch, profiles, reads } = counts;
  const usage: Usage = {
    events,
    batch,
    retentionDays: retention,
    archiveDays: archive,
    profiles,
    profileChanges: counts['profile-changes'],
    consentChanges: counts['consent-changes'],
    reads,
    newRows: counts['new-rows'],
    changedRows: counts['changed-rows'],
    unchangedRows: counts['unchanged-rows'],
    joiningRows: counts['joining-rows'],
    deliveries: counts.deliveries,
  };
  const bill = monthOf(usage, standing);
  const compared = designs(usage, standing);
  const million = perMillion();
  if (json) {
    return JSON.stringify({ usage, bill, total: totalOf(bill), designs: compared, perMillion: million }, null, 2);
  }
  return [
    'Dollars per month (us-east-1, November 2026)',
    ...lines({ ...bill, Total: totalOf(bill) }),
    `\nIngesting a million events, ${batch} per request: $${ingestPerMillion(batch, events).toFixed(2)}`,
    '\nBy design',
    ...lines(compared),
    '\nPer million',
    ...lines(million),
  ].join('\n');
};

const idleReport = (bill: Bill, json: boolean): string => {
  if (json) return JSON.stringify({ bill, total: totalOf(bill), optional }, null, 2);
  return [
    'Dollars per month of an unused deployment (us-east-1, November 2026)',
    ...lines({ ...bill, Total: totalOf(bill) }),
    '\nAdditional costs of optional features',
    ...lines(optional),
  ].join('\n');
};

const lines = (amounts: Readonly<Record<string, number>>): string[] => {
  const width = Math.max(40, ...Object.keys(amounts).map(({ length }) => length));
  return Object.entries(amounts).map(([name, dollars]) => `  ${name.padEnd(width)}${dollars.toFixed(2).padStart(12)}`);
};
