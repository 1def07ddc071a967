import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as v from 'valibot';
import { Change } from './change.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/**
 * SQS accepts one mebibyte per message and bills every started 64 KB. Compressed, thousands of changes fit into one
 * message.
 */
const MAX_BYTES = 1_000_000;

const Message = v.object({ consumer: v.string(), changes: v.string() });

const packMessage = async (consumer: string, changes: readonly Change[]): Promise<string> => {
  const packed = await compress(JSON.stringify(changes));
  return JSON.stringify({ consumer, changes: packed.toString('base64') });
};

/** A message with the changes it contains. */
export interface PackedMessage {
  readonly body: string;
  readonly changes: readonly Change[];
}

/**
 * Packs changes into as few messages as possible, in order. A single change that exceeds the limit is marked
 * `isTooLarge`.
 */
export const packMessages = async (
  consumer: string,
  changes: readonly Change[],
): Promise<readonly (PackedMessage & { readonly isTooLarge: boolean })[]> => {
  const body = await packMessage(consumer, changes);
  const isTooLarge = body.length > MAX_BYTES;
  if (!isTooLarge || changes.length === 1) return [{ body, changes, isTooLarge }];
  const middle = Math.ceil(changes.length / 2);
  const firstHalf = await packMessages(consumer, changes.slice(0, middle));
  return [...firstHalf, ...(await packMessages(consumer, changes.slice(middle)))];
};

/** Throws if the body is no message of changes. */
export const unpackMessage = async (
  body: string,
): Promise<{ readonly consumer: string; readonly changes: Change[] }> => {
  const { consumer, changes } = v.parse(Message, JSON.parse(body));
  const text = (await expand(Buffer.from(changes, 'base64'))).toString();
  return { consumer, changes: v.parse(v.array(Change), JSON.parse(text)) };
};
