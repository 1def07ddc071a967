import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RawQueue } from '../queues/queue.ts';
import type { Files } from '../storage/files.ts';

/**
 * Folders of the archive's bucket: for content that the stream reader cannot deliver, and for batches that the reader
 * itself failed on.
 */
export const SET_ASIDE = 'set-aside/';
export const LAMBDA_SET_ASIDE = 'aws/lambda/';

const compress = promisify(gzip);

export interface UndeliverableContent {
  /** The consumer that did not get it, or `all`. */
  readonly consumer: string;
  readonly position: string;
  /** The name of the error. Contains no personal data. */
  readonly reason: string;
  /** The stream record, or the changes of a message. */
  readonly content: unknown;
}

interface Deps {
  readonly files: Files;
  /** An alarm watches this queue. */
  readonly notices: RawQueue;
  readonly now: () => Date;
}

/** Stores undeliverable content, of any size, and notifies the operators. A repeated call overwrites the same file. */
export const setAside = async (
  { consumer, position, reason, content }: UndeliverableContent,
  { files, notices, now }: Deps,
): Promise<string> => {
  const key = `${SET_ASIDE}${consumer}/${position}.json.gz`;
  const text = JSON.stringify({ consumer, position, reason, at: now().toISOString(), content });
  await files.write(key, await compress(text), 'application/gzip');
  await notices.sendRaw(JSON.stringify({ consumer, position, reason, key }));
  return key;
};
