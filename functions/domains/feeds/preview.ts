import type { Context } from '../accounts/context.ts';
import { FeedError } from './content/feed-error.ts';
import { readProducts } from './mapping/products.ts';
import type { CatalogFeed, Credentials } from './records/feed.ts';
import { headersFrom, sftpFileFrom } from './records/secrets.ts';
import type { RowError } from './records/sync.ts';
import { lastBelow } from './sync/fetch.ts';
import { dropBody, fetchFailure, refusalReason, requestHeaders } from './sync/request.ts';
import { type Unit, unitsOf } from './sync/units.ts';

/** How many products a preview shows. */
export const PREVIEWED = 20;
/** A request waits for it. */
const TOTAL_MS = 15_000;
const MAX_BYTES = 64 * 1024 * 1024;

export interface Preview {
  /** As they would be stored. */
  readonly products: readonly { readonly row: number; readonly place: string; readonly units: readonly Unit[] }[];
  readonly errors: readonly RowError[];
  /** Why the feed as a whole cannot be read. */
  readonly problem?: string;
}

/** A feed, stored or not. */
export type Previewed = Pick<CatalogFeed, 'source' | 'format' | 'path' | 'mapping'> & {
  readonly credentials?: Credentials | undefined;
};

type Deps = Pick<Context, 'fetch' | 'sftp' | 'imports'>;

/** Reads the first products of a feed, and ends the transfer. Writes nothing. */
export const previewFeed = async (feed: Previewed, context: Deps): Promise<Preview> => {
  const products: Preview['products'][number][] = [];
  const errors: RowError[] = [];
  try {
    const { body, encoding } = await openSource(feed, context);
    const { format, path, mapping } = feed;
    for await (const some of readProducts(body, { format, path, mapping, encoding })) {
      for (const { product, ...placed } of some.products) products.push({ ...placed, units: unitsOf(product) });
      errors.push(...some.failures.flatMap((failure) => failure.errors));
      if (products.length + errors.length >= PREVIEWED) break;
    }
    return { products: products.slice(0, PREVIEWED), errors: errors.slice(0, PREVIEWED) };
  } catch (error) {
    const problem = error instanceof FeedError ? error.message : fetchFailure(error)?.reason;
    if (problem === undefined) throw error;
    // What came before a timeout or a cut is shown too.
    return { products: products.slice(0, PREVIEWED), errors: errors.slice(0, PREVIEWED), problem };
  }
};

interface OpenSource {
  readonly body: AsyncIterable<Uint8Array>;
  readonly encoding?: string | undefined;
}

const openSource = async ({ source, credentials }: Previewed, services: Deps): Promise<OpenSource> => {
  if (source.kind === 'url') {
    const headers = { ...requestHeaders, ...headersFrom(credentials) };
    const options = { headers, totalMs: TOTAL_MS, maxBytes: MAX_BYTES };
    const response = await services.fetch()(source.url, options);
    if (response.status !== 200) {
      await dropBody(response.body);
      throw new FeedError(refusalReason(response.status));
    }
    return { body: response.body, encoding: response.headers['content-encoding'] };
  }
  if (source.kind === 'sftp') {
    const file = sftpFileFrom(source, credentials);
    return services.sftp()(file, { totalMs: TOTAL_MS, maxBytes: MAX_BYTES });
  }
  const files = services.imports();
  const key = source.key.endsWith('/') ? await lastBelow(source.key, files) : source.key;
  if (key === undefined || !(await files.head(key))) throw new FeedError(`There is no file at '${source.key}'.`);
  return { body: await files.read(key, { start: 0 }) };
};
