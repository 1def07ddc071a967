import { createHash } from 'node:crypto';
import type { Key } from '../../../platform/table/definition.ts';
import { ORDERED_PRODUCT, PLACED_ORDER, VIEWED_PRODUCT } from './product-events.ts';

/** The metrics that are counted, by name, and their codes in parts. */
const codes: ReadonlyMap<string, string> = new Map([
  [VIEWED_PRODUCT, 'v'],
  [PLACED_ORDER, 'o'],
  [ORDERED_PRODUCT, 'p'],
]);

const metricNames: ReadonlyMap<string, string> = new Map([...codes].map(([name, code]) => [code, name]));

export const isCounted = (metricName: string): boolean => codes.has(metricName);

/** A product in an event. */
export interface Mention {
  readonly metricName: string;
  readonly product: string;
  /** Of the event. */
  readonly id: string;
}

/** Of base64: 42 bits. Events of one product in one hour share few of them. */
export const ID_LENGTH = 7;

/** An event has the same id however often it is delivered. */
export const mentionId = ({ pk, sk }: Key): string =>
  createHash('sha256')
    .update(JSON.stringify([pk, sk]))
    .digest('base64')
    .slice(0, ID_LENGTH);

const MAX_IDS = 5_000;
/** DynamoDB's limit for an item is 400 KB. */
const MAX_BYTES = 250_000;

/** Packs mentions into texts: a line for each metric and product, with the ids of the events. */
export const packMentions = (mentions: readonly Mention[]): string[] => {
  const texts: string[] = [];
  let lines: string[] = [];
  let bytes = 0;
  const close = (): void => {
    if (lines.length > 0) texts.push(lines.join('\n'));
    lines = [];
    bytes = 0;
  };
  for (const line of linesOf(mentions)) {
    const size = Buffer.byteLength(line) + 1;
    if (bytes + size > MAX_BYTES) close();
    lines.push(line);
    bytes += size;
  }
  close();
  return texts;
};

const linesOf = (mentions: readonly Mention[]): string[] => {
  const groups = Map.groupBy(
    mentions,
    ({ metricName, product }) => `${codes.get(metricName)} ${JSON.stringify(product)}`,
  );
  return [...groups].flatMap(([label, group]) => {
    const ids = [...new Set(group.map(({ id }) => id))].toSorted();
    return Array.from(
      { length: Math.ceil(ids.length / MAX_IDS) },
      (_, i) => `${ids.slice(i * MAX_IDS, (i + 1) * MAX_IDS).join('')} ${label}`,
    );
  });
};

/** A line of a part: the ids of the events of a metric that name a product. */
export interface Line {
  readonly metricName: string;
  readonly product: string;
  readonly ids: string;
}

export const unpackLines = (packed: string): Line[] =>
  packed.split('\n').map((line) => {
    const [ids = '', code = ''] = line.split(' ', 2);
    const product: unknown = JSON.parse(line.slice(ids.length + code.length + 2));
    return { metricName: metricNames.get(code) ?? '', product: String(product), ids };
  });
