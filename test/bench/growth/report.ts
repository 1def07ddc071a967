import { cpus } from 'node:os';
import { EARLIER, grounds, PER_PERSON } from './ground.ts';
import { grown, type Measured } from './measure.ts';
import { groups, MANY } from './operation.ts';

const format = (value: number): string => String(Number(value.toPrecision(value < 10 ? 2 : 3)));
/** Halves of units are DynamoDB's own. */
const exact = (value: number): string => String(Math.round(value * 10) / 10);

/** docs/growth.md: what each read and write takes, at each size. `beside`: what else the machine did meanwhile. */
export const report = (measured: readonly Measured[], beside?: string): string => `# Growth

What each read and write takes as a table grows, in two tables: of one, all events are of one profile; of the other, ten events each of different profiles. What else there is grows with them, so that whatever is read stands among many:

| | one profile | across profiles |
|---|---|---|
| people, each with an e-mail address and an entry in the ledger | 1,001 | 1,000, and one for every ten events |
| members of the list that is asked for; who are suppressed; who left the list | nine in ten; one in ten; one in ten | the same |
| events of the person who is asked for | all, and ${EARLIER} | ${PER_PERSON}, and ${EARLIER} |
| entries in the ledger of that person, and of their e-mail address | of each one for every ten events | 1 and none |

A page has ${MANY}, as a file has rows; of a ledger 20, as it has if nothing is said. The time is the least of 25 calls of the front door's handler, one after the other; of 5 for bulk imports and files, with what the worker does that the queue starts, and with all that a file takes by itself. Units are what DynamoDB says that a call consumed, reads and writes together, and what it does not count: of PartiQL, an INSERT as the put of its item and an UPDATE as one unit; of transactions of many items, those that it passes over, by the price list. Requests are those to DynamoDB. Account and key, which a process reads once a minute, are not in them.

Measured on DynamoDB Local 3, in memory, on ${cpus().length} shared cores (${cpus()[0]?.model.trim()}), Node ${process.version.slice(1)}, by \`npm run growth\`${beside === undefined ? '' : `, beside ${beside}`}. DynamoDB's own times are others; what matters is whether they grow. That units and requests do not is asserted in [a test](../test/cost/store-growth.test.ts), with fewer events.

${verdict(measured)}

![Time and units by the number of events](growth.svg)

${isWhole(measured) ? '' : 'A dash stands where the run had not come to yet.\n\n'}**Not in it** is what takes as much as there is, since that is what it does: counts of a metric read the index entry of every event in the range of time that is asked for, up to 250,000; the export and the check of a ledger, an erasure, and telling a person what is held on them read all of that person; deleting a list and suppressing its members work through it, 500 at a time and by messages. Neither is what can't grow far: a page of lists reads all of them, of which an account has at most 1,000, and one of metrics at most 5,000.

${groups.map((group) => section(group, measured)).join('\n\n')}
`;

/** What takes more, if anything does, and how far the times at the greatest size are from those at the least. */
const verdict = (measured: readonly Measured[]): string => {
  const more = grown(measured);
  const rows = [...Map.groupBy(measured, ({ ground, operation }) => `${ground} ${operation}`).values()];
  const ratios = rows.map((row) => (row.at(-1)?.ms ?? 0) / (row[0]?.ms ?? 1)).toSorted((a, b) => a - b);
  const [least = 1, middle = 1, most = 1] = [0, 0.5, 0.99999].map((part) => ratios[Math.floor(part * ratios.length)]);
  const told =
    more.length === 0
      ? `**None of these ${rows.length} rows takes more units or requests with the most events than with the least**, but for what DynamoDB rounds up in each of several partitions (at most a tenth of the units, and one).`
      : `**What takes more with the most events than with the least:** ${more.join('; ')}.`;
  return `${told} Their times are ${[least, most].map((ratio) => ratio.toFixed(1)).join(' to ')} of what they were, in the middle ${middle.toFixed(1)}.`;
};

const isWhole = (measured: readonly Measured[]): boolean => {
  const sizesOf = Map.groupBy(measured, ({ ground }) => ground).values();
  const counts = [...sizesOf].map((own) => new Set(own.map(({ events }) => events)).size);
  return counts.length === grounds.length && counts.every((count) => count === counts[0]);
};

const section = (group: string, measured: readonly Measured[]): string => {
  const own = measured.filter((one) => one.group === group);
  const sizes = [...new Set(own.map(({ events }) => events))];
  const rows = [...Map.groupBy(own, ({ ground, operation }) => `${ground} ${operation}`).values()].map((row) => {
    const [first] = row;
    const cells = sizes.flatMap((size) => {
      const one = row.find(({ events }) => events === size);
      return one ? [format(one.ms), exact(one.units), exact(one.requests)] : ['–', '–', '–'];
    });
    return `| ${first?.ground} | ${first?.operation} | ${cells.join(' | ')} |`;
  });
  const heads = sizes.flatMap((size) => [`${size.toLocaleString('en')}: ms`, 'units', 'requests']);
  return `## ${titles[group] ?? group}

| events of | operation | ${heads.join(' | ')} |
|---|---|${heads.map(() => '---:').join('|')}|
${rows.join('\n')}`;
};

const titles: Readonly<Record<string, string>> = {
  events: 'Events',
  profiles: 'Profiles',
  consent: 'Consent',
  lists: 'Lists',
  files: 'Files',
};
