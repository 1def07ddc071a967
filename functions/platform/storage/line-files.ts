import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as v from 'valibot';
import { parseExact } from '../json/parse-exact.ts';
import type { Files } from './files.ts';
import type { Pace } from './pace.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Some records, and the position behind them. */
interface RecordPage {
  readonly records: readonly object[];
  readonly place: string;
}

interface Part {
  readonly lines: readonly string[];
  readonly place: string;
}

/** Joins pages of records to parts, as lines of JSON. */
export async function* inParts(
  pages: AsyncIterable<RecordPage>,
  { partBytes, pagesAtOnce }: Pace,
): AsyncGenerator<Part> {
  let lines: string[] = [];
  let place: string | undefined;
  let bytes = 0;
  let count = 0;
  for await (const page of pages) {
    for (const record of page.records) {
      const line = JSON.stringify(record);
      bytes += line.length;
      lines.push(line);
    }
    place = page.place;
    count += 1;
    if (bytes < partBytes && count < pagesAtOnce) continue;
    yield { lines, place };
    lines = [];
    place = undefined;
    bytes = 0;
    count = 0;
  }
  if (place !== undefined) yield { lines, place };
}

/** Writes lines as one compressed object. */
export const writeLines = async (key: string, lines: readonly string[], files: Files): Promise<void> =>
  files.write(key, await compress(lines.map((line) => `${line}\n`).join('')), 'application/gzip');

/** Reads the lines of compressed objects, object by object. */
export async function* readLines(keys: readonly string[], files: Files): AsyncGenerator<readonly string[]> {
  for (const key of keys) {
    const packed = await buffer(await files.read(key, { start: 0 }));
    yield (await expand(packed)).toString().split('\n').slice(0, -1);
  }
}

const Record = v.record(v.string(), v.unknown());
export const parseRecord = (line: string): Readonly<Record<string, unknown>> => v.parse(Record, parseExact(line));

export const toByteStream = (pieces: AsyncIterable<string>): Readable => Readable.from(bytesOf(pieces));

async function* bytesOf(pieces: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
