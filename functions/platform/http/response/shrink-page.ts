import type { Page } from '../../table/listing/pages.ts';

/** The limit for stored content in a response: Lambda accepts 6 MB, in which every quote of the body is escaped. */
export const MAX_CONTENT_BYTES = 3_500_000;

/**
 * Reads a page of the requested size. If it does not fit into a response, reads a smaller page, which then has a `next`
 * cursor.
 */
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
