import type { JobContext } from '../../../platform/jobs/run.ts';
import type { CatalogFeed, SftpSource } from '../records/feed.ts';
import { readCredentials, sftpFileFrom } from '../records/secrets.ts';
import type { FeedSync } from '../records/sync.ts';
import { copyBody, type FetchResult, fetchResult, MAX_TRANSFER_BYTES, TOTAL_MS, tooLargeError } from './fetched.ts';
import type { Known } from './request.ts';

/** A file may change twice within a second, and its size stay the same. */
const SETTLED_SECONDS = 60;

interface Requested {
  readonly feed: CatalogFeed;
  readonly source: SftpSource;
  readonly known: Known;
}

/** Copies a file of an SFTP server. Its version is its time and size, so that nothing is read of an unchanged one. */
export const fetchSftp = (
  sync: FeedSync,
  { feed, source, known }: Requested,
  context: JobContext,
): Promise<FetchResult> =>
  fetchResult(async () => {
    const file = sftpFileFrom(source, await readCredentials(feed, context));
    const limits = { totalMs: TOTAL_MS, maxBytes: MAX_TRANSFER_BYTES };
    const { size, modified, body, close } = await context.sftp()(file, limits);
    const etag = `${modified}-${size}`;
    if (etag === known.etag || size > MAX_TRANSFER_BYTES) {
      close();
      if (etag === known.etag) return { kind: 'unchanged' };
      throw tooLargeError(source.path);
    }
    const isSettled = context.now().getTime() / 1000 - modified > SETTLED_SECONDS;
    const bytes = await copyBody(sync, body, context);
    return { kind: 'fetched', bytes, ...(isSettled && { etag }) };
  });
