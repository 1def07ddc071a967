import { createHash } from 'node:crypto';
import type { JobContext } from '../../../platform/jobs/run.ts';
import type { ProductFeed } from '../records/feed.ts';
import { type FileFormat, type FileSetting, mediaTypes } from '../records/file-setting.ts';
import { fileKey, type LeftOutReason, PRODUCT_FEEDS_DAYS, type StoredFile } from '../records/stored-file.ts';
import { json } from './json.ts';
import { merchantXml } from './merchant-xml.ts';
import type { FileProduct } from './product.ts';
import type { FileWriter } from './writer.ts';

const writers: Readonly<Record<FileFormat, FileWriter>> = { merchant_xml: merchantXml, json };

const DAY_MS = 86_400_000;
/** A file is written again before a rule of the bucket removes it. */
const REWRITE_MS = (PRODUCT_FEEDS_DAYS / 2) * DAY_MS;

interface Building {
  readonly feed: ProductFeed;
  readonly setting: FileSetting;
  /** The id of the build. */
  readonly build: string;
  readonly products: AsyncIterable<FileProduct>;
  /** What is left out already. @default nothing */
  readonly leftOut?: StoredFile['leftOut'];
  readonly before: StoredFile | undefined;
}

/**
 * Streams products into a file under a key of the build. The file before it stays as it is until the caller stores the
 * result: a build that is killed leaves the last good file. A file with the same content is dropped.
 */
export const buildFile = async (
  building: Building,
  context: Pick<JobContext, 'imports' | 'now' | 'newId'>,
): Promise<StoredFile> => {
  const { feed, setting, before } = building;
  const { format } = setting;
  const files = context.imports();
  const key = fileKey(feed, building.build, format);
  const digest = createHash('sha256');
  const counts = { bytes: 0, products: 0 };
  const leftOut: StoredFile['leftOut'] = { ...building.leftOut };
  const count = (reason: LeftOutReason | undefined): void => {
    if (reason === undefined) counts.products += 1;
    else leftOut[reason] = (leftOut[reason] ?? 0) + 1;
  };
  async function* content(): AsyncGenerator<Buffer> {
    for await (const text of textsOf(building, count)) {
      const piece = Buffer.from(text);
      digest.update(piece);
      counts.bytes += piece.length;
      yield piece;
    }
  }
  await files.writeStream(key, content(), mediaTypes[format]);
  const now = context.now();
  const result = { format, hash: digest.digest('base64url'), ...counts, leftOut, built: now.toISOString() };
  if (before?.hash !== result.hash || before.format !== format)
    return { key, ...(before && { former: before.key }), ...result };
  const oldest = fileKey(feed, context.newId(new Date(now.getTime() - REWRITE_MS)), format);
  if (before.key < oldest) return { key, former: before.key, ...result, built: before.built };
  await files.remove(key);
  return { ...before, ...result, built: before.built };
};

async function* textsOf(
  { feed, setting, products }: Building,
  count: (reason: LeftOutReason | undefined) => void,
): AsyncGenerator<string> {
  const writer = writers[setting.format];
  let isBegun = false;
  for await (const product of products) {
    const problem = writer.problemOf(product);
    count(problem);
    if (problem !== undefined) continue;
    yield isBegun ? writer.separator : writer.begin(feed.name, new URL(product.url).origin);
    isBegun = true;
    yield writer.product(product);
  }
  if (!isBegun) yield writer.begin(feed.name, undefined);
  yield writer.end;
}
