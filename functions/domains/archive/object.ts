import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as v from 'valibot';
import { ArchivedEvent } from '../events/records/archived-event.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** The content of an object: one line of JSON per event, compressed. */
export const pack = (lines: readonly ArchivedEvent[]): Promise<Buffer> =>
  compress(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

export const unpack = async (packed: Buffer): Promise<ArchivedEvent[]> =>
  (await expand(packed))
    .toString()
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [v.parse(ArchivedEvent, JSON.parse(line))]));
