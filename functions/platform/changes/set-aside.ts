import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RawQueue } from '../queues/queue.ts';
import type { Files } from '../storage/files.ts';

/** Where the reader keeps what it can't hand on, in the archive's bucket; and where Lambda does what the reader failed at. */
export const SET_ASIDE = 'set-aside/';
export const LAMBDA_SET_ASIDE = 'aws/lambda/';

const compress = promisify(gzip);

export interface SetAside {
  /** For one consumer, or `all` where nobody got it. */
  readonly consumer: string;
  readonly position: string;
  /** A name for what went wrong, which tells nothing of anybody's data. */
  readonly reason: string;
  /** The record, or the message's body. */
  readonly content: unknown;
}

interface Deps {
  readonly files: Files;
  /** An alarm watches it. */
  readonly notices: RawQueue;
  readonly now: () => Date;
}

/** Keeps what nobody can be sent, however large it is, and tells people of it. What comes again lies over itself. */
export const setAside = async (
  { consumer, position, reason, content }: SetAside,
  { files, notices, now }: Deps,
): Promise<string> => {
  const key = `${SET_ASIDE}${consumer}/${position}.json.gz`;
  const text = JSON.stringify({ consumer, position, reason, at: now().toISOString(), content });
  await files.write(key, await compress(text), 'application/gzip');
  await notices.sendRaw(JSON.stringify({ consumer, position, reason, key }));
  return key;
};
