import type { Services } from '../../../platform/resources/services.ts';
import { FeedError } from '../content/feed-error.ts';
import { inflate } from '../content/inflate.ts';
import { conditionHeaders, dropBody, fetchFailure, requestHeaders } from '../sync/request.ts';
import { checkContent } from './check.ts';
import type { WebFeed } from './feed.ts';
import { isNightly } from './ladder.ts';

export const MAX_CONTENT_BYTES = 3_300_000;
const PERIODIC_MS = 5_000;
const NIGHTLY_MS = 30_000;
const MAX_ERROR = 300;

const accepted = { json: 'application/json', xml: 'application/xml, text/xml' } as const;

export type Fetched =
  | {
      readonly kind: 'fetched';
      readonly content: Buffer;
      readonly etag?: string | undefined;
      readonly modified?: string | undefined;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Fetches the content of a feed and checks it. If it `isKnown`, the source may answer that it is unchanged. */
export const fetchContent = async (
  feed: WebFeed,
  isKnown: boolean,
  services: Pick<Services, 'fetch'>,
): Promise<Fetched> => {
  try {
    const { status, headers, body } = await services.fetch()(feed.url, {
      method: feed.method === 'post' ? 'POST' : 'GET',
      headers: {
        ...requestHeaders,
        accept: `${accepted[feed.format]}, */*;q=0.5`,
        ...(isKnown && conditionHeaders(feed)),
      },
      totalMs: isNightly(feed) ? NIGHTLY_MS : PERIODIC_MS,
      maxBytes: MAX_CONTENT_BYTES,
      maxRedirects: 0,
    });
    if (status !== 200) {
      await dropBody(body);
      if (status === 304 && isKnown) return { kind: 'unchanged' };
      return { kind: 'failed', reason: `The server answered ${status}.` };
    }
    const content = await contentOf(body, headers['content-encoding']);
    checkContent(content, feed.format);
    return { kind: 'fetched', content, etag: headers.etag, modified: headers['last-modified'] };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return { kind: 'failed', reason: reason.slice(0, MAX_ERROR) };
  }
};

const TOO_LARGE = 'The feed has more than 3.3 MB.';

const contentOf = async (body: AsyncIterable<Uint8Array>, encoding: string | undefined): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of inflate(body, { encoding })) {
    bytes += piece.length;
    if (bytes > MAX_CONTENT_BYTES) throw new FeedError(TOO_LARGE);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};

const reasonOf = (error: unknown): string | undefined => {
  if (error instanceof FeedError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'tooLarge') return TOO_LARGE;
  if (code === 'invalidRedirect') return 'The server redirects to another URL. Set that one.';
  return fetchFailure(error)?.reason;
};
