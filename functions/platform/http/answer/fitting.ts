import type { Page } from '../../table/pages.ts';

/** What of an answer may be stored content: Lambda takes 6 MB, and every quote in a body is escaped within it. */
export const MAX_CONTENT_BYTES = 3_500_000;

/** A page as long as was asked for, or as fits into an answer: then it is read again, and has a `next`. */
export const shrinkToPayloadLimit = async <T>(
  size: number,
  read: (size: number) => Promise<Page<T>>,
  bytesOf: (item: T) => number,
): Promise<Page<T>> => {
  const page = await read(size);
  const bytes = page.items.reduce((sum, item) => sum + bytesOf(item), 0);
  const count = page.items.length;
  if (bytes <= MAX_CONTENT_BYTES || count <= 1) return page;
  const fewer = Math.floor((Math.min(size, count) * MAX_CONTENT_BYTES) / bytes / 1.2);
  return shrinkToPayloadLimit(Math.max(1, fewer), read, bytesOf);
};
