import { FeedError } from '../content/feed-error.ts';
import { type FeedFormat, formatOf } from '../content/format.ts';
import { readHead } from '../content/head.ts';
import { type Inflating, inflate } from '../content/inflate.ts';
import { csvInUtf8, csvReader } from './csv.ts';
import { jsonReader } from './json.ts';
import type { FeedRow, RowReader } from './row.ts';
import { xmlReader } from './xml.ts';

export interface Reading extends Inflating {
  /** @default by the content */
  readonly format?: FeedFormat | undefined;
  /** Where the products are: `products` in JSON, `shop/offers/offer` in XML. @default the usual places */
  readonly path?: string | undefined;
}

const SAMPLE_BYTES = 64 * 1024;
const MAX_ROWS = 5_000_000;

export interface OpenFeed {
  readonly format: FeedFormat;
  readonly rows: AsyncIterable<readonly FeedRow[]>;
}

/**
 * Reads a feed in the memory of a few rows. Throws a `FeedError`, also between rows, if it cannot be read to its end.
 */
export const openFeed = async (
  source: AsyncIterable<Uint8Array>,
  { format: declared, path, ...inflating }: Reading = {},
): Promise<OpenFeed> => {
  const { head, isWhole, pieces } = await readHead(inflate(source, inflating), SAMPLE_BYTES);
  const format = formatOf(head, declared);
  return { format, rows: rowsIn(await open(format, buffers(pieces), { head, isWhole, path })) };
};

async function* rowsIn({ reader, pieces }: Opened): AsyncGenerator<readonly FeedRow[]> {
  let count = 0;
  for await (const piece of pieces) {
    const rows = reader.push(piece);
    count += rows.length;
    if (count > MAX_ROWS) throw new FeedError(`The feed has more than ${MAX_ROWS} products. Split it.`);
    if (rows.length > 0) yield rows;
  }
  const last = reader.end();
  if (last.length > 0) yield last;
}

interface Beginning {
  readonly head: Buffer;
  readonly isWhole: boolean;
  readonly path: string | undefined;
}

interface Opened {
  readonly reader: RowReader;
  readonly pieces: AsyncIterable<Buffer>;
}

const open = async (
  format: FeedFormat,
  pieces: AsyncIterable<Buffer>,
  { head, isWhole, path }: Beginning,
): Promise<Opened> => {
  if (format === 'xml') return { reader: xmlReader(path, head), pieces };
  if (format === 'json') return { reader: jsonReader(path), pieces };
  const sample = await readHead(csvInUtf8(pieces, { head, isWhole }), SAMPLE_BYTES);
  return { reader: csvReader(sample.head, sample.isWhole), pieces: buffers(sample.pieces) };
};

async function* buffers(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
}
