import * as v from 'valibot';
import { billOf, designs, ingestPerMillion, totalOf, type Usage } from './bill.ts';

const MULTIPLES = { '': 1, k: 1e3, M: 1e6, B: 1e9 } as const;
const amount = v.pipe(
  v.string(),
  v.regex(/^\d+(\.\d+)?[kMB]?$/, 'It has to be a number such as 100M, 20k or 5000.'),
  v.transform((text) => {
    const [, number = '', unit = ''] = /^([\d.]+)(.?)$/.exec(text) ?? [];
    return Number(number) * MULTIPLES[v.parse(v.picklist(['', 'k', 'M', 'B']), unit)];
  }),
);

const Options = v.object({
  events: v.optional(amount, '100M'),
  batch: v.optional(v.pipe(amount, v.integer(), v.minValue(1), v.maxValue(1_000)), '1'),
  retention: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d+d$/, 'It has to be a number of days such as 90d.'),
      v.transform((text) => Number.parseInt(text, 10)),
    ),
    '90d',
  ),
  profiles: v.optional(amount, '0'),
  json: v.optional(v.boolean(), false),
});

/** The bill for the options of the command line, for people or as JSON. */
export const report = (given: unknown): string => {
  const { events, batch, retention, profiles, json } = v.parse(Options, given);
  const usage: Usage = { events, batch, retentionDays: retention, profiles };
  const bill = billOf(usage);
  const compared = designs(usage);
  if (json) return JSON.stringify({ usage, bill, total: totalOf(bill), designs: compared }, null, 2);
  const perMillion = ingestPerMillion(batch).toFixed(2);
  return [
    'Dollars a month (us-east-1, November 2026)',
    ...lines({ ...bill, Total: totalOf(bill) }),
    `\nTaking in a million events, ${batch} to a request: $${perMillion}`,
    '\nBy design',
    ...lines(compared),
  ].join('\n');
};

const lines = (amounts: Readonly<Record<string, number>>): string[] =>
  Object.entries(amounts).map(([name, dollars]) => `  ${name.padEnd(36)}${dollars.toFixed(2).padStart(12)}`);
