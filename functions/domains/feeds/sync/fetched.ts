import type { JobContext } from '../../../platform/jobs/run.ts';
import { FeedError } from '../content/feed-error.ts';
import { type FeedSync, sourceKey } from '../records/sync.ts';
import { fetchFailure } from './request.ts';

export const TOTAL_MS = 5 * 60_000;
/** Of a feed as it is transferred, which may be compressed. */
export const MAX_TRANSFER_BYTES = 512 * 1024 * 1024;

export interface Fetched {
  readonly bytes: number;
  readonly encoding?: string;
  readonly etag?: string;
  readonly modified?: string;
}

/** What a source sent: `failed` can be tried again. */
export type FetchResult =
  | ({ readonly kind: 'fetched' } & Fetched)
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Turns errors of a transfer into results, or into a `FeedError` if trying again is of no use. */
export const fetchResult = async (transfer: () => Promise<FetchResult>): Promise<FetchResult> => {
  try {
    return await transfer();
  } catch (error) {
    const failure = fetchFailure(error);
    if (!failure) throw error;
    if (failure.isTemporary) return { kind: 'failed', reason: failure.reason };
    throw new FeedError(failure.reason, { cause: error });
  }
};

/** Copies what a server sends into the bucket. */
export const copyBody = async (
  sync: FeedSync,
  body: AsyncIterable<Uint8Array>,
  { imports }: Pick<JobContext, 'imports'>,
): Promise<number> => {
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of body) {
      bytes += piece.length;
      yield piece;
    }
  }
  await imports().writeStream(sourceKey(sync), counted(), 'application/octet-stream');
  return bytes;
};

export const tooLargeError = (name: string): FeedError =>
  new FeedError(`The file '${name}' is larger than ${MAX_TRANSFER_BYTES / 1024 / 1024} MB.`);
