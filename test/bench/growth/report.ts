import { cpus } from 'node:os';
import { EARLIER, grounds, PER_PERSON } from './ground.ts';
import { grown, type Measured } from './measure.ts';
import { groups, MANY } from './operation.ts';

export interface Run {
  readonly at: Date;
  /** What else the machine did meanwhile. */
  readonly beside?: string | undefined;
  /** @default - those of this machine */
  readonly machine?: string;
}

const format = (value: number): string => String(Number(value.toPrecision(value < 10 ? 2 : 3)));
/** Halves of units are DynamoDB's own. */
const exact = (value: number): string => String(Math.round(value * 10) / 10);
const count = (value: number): string => value.toLocaleString('en');
const thisMachine = (): string => `${cpus().length} shared cores (${cpus()[0]?.model.trim()})`;

/** docs/growth.md: what each operation takes, at the least and the greatest size. */
export const report = (measured: readonly Measured[], { at, beside, machine = thisMachine() }: Run): string => {
  const sizes = [...new Set(measured.map(({ events }) => events))];
  const [least = 0, greatest = 0] = [sizes[0], sizes.at(-1)];
  const month = at.toLocaleString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return `# Growth: cost of reads and writes by table size

${verdict(measured)}

Measured in ${month} by \`npm run growth\`, on DynamoDB Local 3 in memory, ${machine}, Node ${process.version.slice(1)}${beside === undefined ? '' : `, beside ${beside}`}. Times on AWS differ; what matters is whether they grow. [A test](../test/cost/store-growth.test.ts) asserts with fewer events that units and requests do not grow.

## What grows

| operation | reads |
|---|---|
| aggregates of a metric | index entries in the time range, up to 250,000 events |
| export or verification of a ledger; erasure; access request | everything of that person |
| deletion of a list; suppression of its members | every member, 500 a message |

Two more read everything, but are limited: a page of lists (at most 1,000 per account) and a page of metrics (at most 5,000).

## What does not grow

Two tables were filled. In the first, all events belong to one profile; in the second, each profile has ${PER_PERSON}. The other items grow with the events:

| in the table | one profile | across profiles |
|---|---|---|
| profiles, each with an address and a ledger entry | 1,001 | 1,000, and one for every ${PER_PERSON} events |
| list members; suppressed; opted out of the list | 90 %; 10 %; 10 % | the same |
| events of the profile that is read | all, and ${EARLIER} | ${PER_PERSON}, and ${EARLIER} |
| its ledger entries; those of its address | one for every ten events, each | 1; 0 |

${isWhole(measured) ? '' : 'A dash stands where the run has not arrived yet.\n\n'}A cell with two figures gives those of one profile, then those across profiles. Units and requests are those with ${count(greatest)} events.

${table(measured, least, greatest)}

![Time and units by the number of events](growth.svg)

[growth.csv](growth.csv) has every figure, including the sizes in between.

## How it is measured

\`npm run growth\` repeats the measurement, in about an hour, and writes this page, the chart and the CSV file. It needs Java 17. \`--sizes 1000,10000\` sets the numbers of events, \`--beside "a soak"\` names what else the machine does.

- A page has ${MANY} entries, a file ${MANY} rows; a page of a ledger has 20, the default.
- Time is the fastest of 25 calls of the handler in sequence; of 5 for bulk imports and files, with the work of their queue.
- Units are reads and writes together, as DynamoDB reports them. It does not report all: a PartiQL INSERT counts as the put of its item, an UPDATE as one unit, and items that it omits in large transactions by the price list.
- Requests are those to DynamoDB. The account and the key, which a process reads once a minute, are not included.
`;
};

/** What takes more, if anything does, and how far the times at the greatest size are from those at the least. */
const verdict = (measured: readonly Measured[]): string => {
  const more = grown(measured);
  const rows = [...Map.groupBy(measured, ({ ground, operation }) => `${ground} ${operation}`).values()];
  const ratios = rows.map((row) => (row.at(-1)?.ms ?? 0) / (row[0]?.ms ?? 1)).toSorted((a, b) => a - b);
  const [least = 1, median = 1, most = 1] = [0, 0.5, 0.99999].map((part) => ratios[Math.floor(part * ratios.length)]);
  const outcome =
    more.length === 0
      ? `**None of ${rows.length} measured reads and writes takes more units or requests with the most events than with the fewest**, apart from rounding: DynamoDB rounds up in each queried partition, by at most a tenth of the units and one.`
      : `**These take more with the most events than with the fewest:** ${more.join('; ')}.`;
  return `${outcome} Times are ${[least, most].map((ratio) => ratio.toFixed(1)).join(' to ')} times those with the fewest events, ${median.toFixed(1)} in the median.`;
};

const isWhole = (measured: readonly Measured[]): boolean => {
  const sizesOf = Map.groupBy(measured, ({ ground }) => ground).values();
  const counts = [...sizesOf].map((own) => new Set(own.map(({ events }) => events)).size);
  return counts.length === grounds.length && counts.every((size) => size === counts[0]);
};

const table = (measured: readonly Measured[], least: number, greatest: number): string => {
  const lines = groups.flatMap((group) => {
    const own = Map.groupBy(
      measured.filter((one) => one.group === group),
      ({ operation }) => operation,
    );
    const rows = [...own].map(([operation, row]) => {
      const figures = (events: number, of: (one: Measured) => string) =>
        grounds.map((ground) => {
          const one = row.find((each) => each.ground === ground && each.events === events);
          return one ? of(one) : '–';
        });
      const once = (texts: readonly string[]): string => [...new Set(texts)].join('; ');
      const cells = [
        once(figures(greatest, ({ units }) => exact(units))),
        once(figures(greatest, ({ requests }) => exact(requests))),
        ...[least, greatest].map((events) => figures(events, ({ ms }) => format(ms)).join('; ')),
      ];
      return `| ${operation} | ${cells.join(' | ')} |`;
    });
    return [`| **${titles[group] ?? group}** | | | | |`, ...rows];
  });
  return `| operation | units | requests | ms with ${count(least)} events | ms with ${count(greatest)} |
|---|---:|---:|---:|---:|
${lines.join('\n')}`;
};

/** docs/growth.csv: every figure. */
export const figuresCsv = (measured: readonly Measured[]): string =>
  [
    'group,events of,operation,events,ms,units,requests',
    ...measured.map(({ group, ground, operation, events, ms, units, requests }) =>
      [group, ground, `"${operation}"`, events, format(ms), exact(units), exact(requests)].join(','),
    ),
    '',
  ].join('\n');

const titles: Readonly<Record<string, string>> = {
  events: 'Events',
  profiles: 'Profiles',
  consent: 'Consent',
  lists: 'Lists',
  files: 'Files',
};
