import { cpus } from 'node:os';
import type { Measured } from './run.ts';

const format = (value: number): string => String(Number(value.toPrecision(value < 10 ? 2 : 3)));

/** docs/growth.md: what each read and write takes, at each size. */
export const report = (measured: readonly Measured[]): string => {
  const sizes = [...new Set(measured.map(({ events }) => events))];
  const rows = [...Map.groupBy(measured, ({ ground, operation }) => `${ground} ${operation}`).values()].map((row) => {
    const [first] = row;
    const cells = row.flatMap(({ ms, units }) => [format(ms), format(units)]);
    return `| ${first?.ground} | ${first?.operation} | ${cells.join(' | ')} |`;
  });
  const heads = sizes.flatMap((size) => [`${size.toLocaleString('en')}: ms`, 'units']);
  return `# Growth

What each read and write takes as a table grows: all events of one profile, and ten events each of different profiles. The time is the least of 25 calls of the front door's handler, one after the other; units are what DynamoDB says that a call consumed, reads and writes together (it counts nothing for PartiQL: an INSERT is counted as the put of its item).

Measured on DynamoDB Local 3, in memory, on ${cpus().length} shared cores (${cpus()[0]?.model.trim()}), Node ${process.version.slice(1)}, by \`npm run growth\`. DynamoDB's own times are others; what matters is whether they grow.

![Time and units by the number of events](growth.svg)

| events of | operation | ${heads.join(' | ')} |
|---|---|${heads.map(() => '---:').join('|')}|
${rows.join('\n')}
`;
};
