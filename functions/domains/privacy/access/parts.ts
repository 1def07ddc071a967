import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as v from 'valibot';
import { parseExact } from '../../../platform/json/parse-exact.ts';
import type { Files } from '../../../platform/storage/files.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { type AccessJob, partKey } from './job.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Writes a part of the gathered records. */
export const writePart = async (key: string, lines: readonly string[], files: Files): Promise<void> =>
  files.write(key, await compress(lines.map((line) => `${line}\n`).join('')), 'application/gzip');

/** Reads a section part by part. Each line is a record as JSON. */
export async function* readLines(
  job: Pick<AccessJob, 'account' | 'id' | 'gathered'>,
  section: string,
  files: Files,
): AsyncGenerator<readonly string[]> {
  for (let number = 1; number <= (job.gathered.parts[section] ?? 0); number++) {
    const packed = await buffer(await files.read(partKey(job, section, number), { start: 0 }));
    const lines = (await expand(packed)).toString().split('\n');
    yield lines.slice(0, -1);
  }
}

const Record = v.record(v.string(), v.unknown());
export const parseRecord = (line: string): Item => v.parse(Record, parseExact(line));

export const toByteStream = (pieces: AsyncIterable<string>): Readable => Readable.from(bytesOf(pieces));

async function* bytesOf(pieces: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
