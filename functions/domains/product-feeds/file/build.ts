import { createHash } from 'node:crypto';
import type { JobContext } from '../../../platform/jobs/run.ts';
import type { CatalogItem } from '../../catalog/records/records.ts';
import type { ProductFeed } from '../records/feed.ts';
import { type FileFormat, type FileSetting, mediaTypes } from '../records/file-setting.ts';
import { fileKey, type LeftOutReason, type StoredFile } from '../records/stored-file.ts';
import { json } from './json.ts';
import { merchantXml } from './merchant-xml.ts';
import { productsOf } from './products.ts';
import type { FileWriter } from './writer.ts';

const writers: Readonly<Record<FileFormat, FileWriter>> = { merchant_xml: merchantXml, json };

interface Building {
  readonly feed: ProductFeed;
  readonly setting: FileSetting;
  /** Items of the catalog, page by page. */
  readonly pages: AsyncIterable<readonly CatalogItem[]>;
  readonly before: StoredFile | undefined;
  readonly checkTime: () => void;
}

/**
 * Streams products into a file under a new key. The file before it stays as it is until the caller stores the result: a
 * build that is killed leaves the last good file. A file with the same content is dropped.
 */
export const buildFile = async (building: Building, context: JobContext): Promise<StoredFile> => {
  const { feed, setting, before } = building;
  const { format } = setting;
  const files = context.imports();
  const key = fileKey(feed, context.newId(context.now()), format);
  const digest = createHash('sha256');
  const counts = { bytes: 0, products: 0 };
  const leftOut: Partial<Record<LeftOutReason, number>> = {};
  const count = (reason: LeftOutReason | undefined): void => {
    if (reason === undefined) counts.products += 1;
    else leftOut[reason] = (leftOut[reason] ?? 0) + 1;
  };
  async function* content(): AsyncGenerator<Buffer> {
    for await (const text of textsOf(building, count, context)) {
      const piece = Buffer.from(text);
      digest.update(piece);
      counts.bytes += piece.length;
      yield piece;
    }
  }
  await files.writeStream(key, content(), mediaTypes[format]);
  const built = context.now().toISOString();
  const result = { format, hash: digest.digest('base64url'), ...counts, leftOut, built };
  if (before?.hash !== result.hash || before.format !== format)
    return { key, ...(before && { former: before.key }), ...result };
  await files.remove(key);
  return { ...before, ...result, built: before.built };
};

async function* textsOf(
  { feed, setting, pages, checkTime }: Building,
  count: (reason: LeftOutReason | undefined) => void,
  context: JobContext,
): AsyncGenerator<string> {
  const writer = writers[setting.format];
  let isBegun = false;
  for await (const items of pages) {
    checkTime();
    for await (const product of productsOf(items, setting.currency, context)) {
      const problem = writer.problemOf(product);
      count(problem);
      if (problem !== undefined) continue;
      yield isBegun ? writer.separator : writer.begin(feed.name, new URL(product.url).origin);
      isBegun = true;
      yield writer.product(product);
    }
  }
  if (!isBegun) yield writer.begin(feed.name, undefined);
  yield writer.end;
}
