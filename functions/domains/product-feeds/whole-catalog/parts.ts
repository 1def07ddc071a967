import * as v from 'valibot';
import type { Files } from '../../../platform/storage/files.ts';
import { readLines } from '../../../platform/storage/line-files.ts';
import { FileProduct } from '../file/product.ts';

/** The products of some parts, one part in memory at a time. */
export async function* readParts(
  keys: readonly string[],
  checkTime: () => void,
  files: Files,
): AsyncGenerator<FileProduct> {
  for await (const lines of readLines(keys, files)) {
    checkTime();
    for (const line of lines) yield v.parse(FileProduct, JSON.parse(line));
  }
}
