import type { JobContext } from '../../../platform/jobs/run.ts';
import { FeedError } from '../content/feed-error.ts';
import type { CatalogFeed } from '../records/feed.ts';
import { headersOf } from '../records/secrets.ts';
import { type FeedSync, sourceKey } from '../records/sync.ts';
import { fetchSftp } from './fetch-sftp.ts';
import { copyBody, type FetchResult, fetchResult, MAX_TRANSFER_BYTES, TOTAL_MS, tooLargeError } from './fetched.ts';
import { conditionHeaders, dropBody, type Known, refusalReason, requestHeaders } from './request.ts';

/**
 * Copies the feed into the bucket before any of it is read: so all runs of a sync read the same bytes. Throws a
 * `FeedError` if trying again is of no use.
 */
export const fetchSource = (
  sync: FeedSync,
  feed: CatalogFeed,
  known: Known,
  context: JobContext,
): Promise<FetchResult> => {
  const { source } = feed;
  if (source.kind === 'url') return fetchUrl(sync, { feed, url: source.url, known }, context);
  if (source.kind === 'sftp') return fetchSftp(sync, { feed, source, known }, context);
  return copyFile(sync, { key: source.key, known }, context);
};

interface Requested {
  readonly feed: CatalogFeed;
  readonly url: string;
  readonly known: Known;
}

const fetchUrl = (sync: FeedSync, { feed, url, known }: Requested, context: JobContext): Promise<FetchResult> =>
  fetchResult(async () => {
    const response = await context.fetch()(url, {
      headers: {
        ...requestHeaders,
        ...conditionHeaders(known),
        ...(await headersOf(feed, context)),
      },
      totalMs: TOTAL_MS,
      maxBytes: MAX_TRANSFER_BYTES,
    });
    const { status, headers, body } = response;
    if (status !== 200) {
      await dropBody(body);
      if (status === 304) return { kind: 'unchanged' };
      if (status >= 500 || status === 408 || status === 429)
        return { kind: 'failed', reason: `The server answered ${status}.` };
      throw new FeedError(refusalReason(status));
    }
    const bytes = await copyBody(sync, body, context);
    const { 'content-encoding': encoding, etag, 'last-modified': modified } = headers;
    return {
      kind: 'fetched',
      bytes,
      ...(encoding !== undefined && { encoding }),
      ...(etag !== undefined && { etag }),
      ...(modified !== undefined && { modified }),
    };
  });

const copyFile = async (
  sync: FeedSync,
  { key, known }: { readonly key: string; readonly known: Known },
  { imports }: JobContext,
): Promise<FetchResult> => {
  const files = imports();
  const found = key.endsWith('/') ? await lastBelow(key, files) : key;
  const info = found === undefined ? undefined : await files.head(found);
  if (found === undefined || !info) throw new FeedError(`There is no file at '${key}'.`);
  if (info.size > MAX_TRANSFER_BYTES) throw tooLargeError(found);
  if (known.etag === info.etag) return { kind: 'unchanged' };
  const isCopied = await files.copy({ key: found, version: info.versionId }, sourceKey(sync));
  if (!isCopied) return { kind: 'failed', reason: `The file '${found}' was removed.` };
  return { kind: 'fetched', bytes: info.size, etag: info.etag };
};

/** The last name in a folder: exports are named by their date. */
export const lastBelow = async (
  folder: string,
  files: { readonly list: (prefix: string, after?: string) => Promise<string[]> },
): Promise<string | undefined> => {
  let last: string | undefined;
  for (let keys = await files.list(folder); keys.length > 0; keys = await files.list(folder, last)) last = keys.at(-1);
  return last;
};
