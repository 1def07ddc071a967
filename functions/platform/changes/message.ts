import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as v from 'valibot';
import { Change } from './change.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** SQS takes a mebibyte of text, and bills each started 64 KB: packed, thousands of changes are one message. */
const MAX_BYTES = 1_000_000;

const Message = v.object({ consumer: v.string(), changes: v.string() });

const pack = async (consumer: string, changes: readonly Change[]): Promise<string> => {
  const packed = await compress(JSON.stringify(changes));
  return JSON.stringify({ consumer, changes: packed.toString('base64') });
};

/** A message, and what is in it. */
export interface Packed {
  readonly body: string;
  readonly changes: readonly Change[];
}

/** Changes in as few messages as they fit into, in order. One that is too large by itself has `isTooLarge`. */
export const packAll = async (
  consumer: string,
  changes: readonly Change[],
): Promise<readonly (Packed & { readonly isTooLarge: boolean })[]> => {
  const body = await pack(consumer, changes);
  const isTooLarge = body.length > MAX_BYTES;
  if (!isTooLarge || changes.length === 1) return [{ body, changes, isTooLarge }];
  const middle = Math.ceil(changes.length / 2);
  const first = await packAll(consumer, changes.slice(0, middle));
  return [...first, ...(await packAll(consumer, changes.slice(middle)))];
};

/** Throws where it is no message of changes. */
export const unpack = async (body: string): Promise<{ readonly consumer: string; readonly changes: Change[] }> => {
  const { consumer, changes } = v.parse(Message, JSON.parse(body));
  const text = (await expand(Buffer.from(changes, 'base64'))).toString();
  return { consumer, changes: v.parse(v.array(Change), JSON.parse(text)) };
};
