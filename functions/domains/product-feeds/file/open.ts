import type { Services } from '../../../platform/resources/services.ts';
import { type ProductFeed, productFeedStates, productFeeds } from '../records/feed.ts';
import { feedOfFileName, isFileName } from '../records/file-setting.ts';
import type { StoredFile } from '../records/stored-file.ts';

/** The file that the last segment of a URL opens. Undefined if there is none, whatever the reason. */
export const findFile = async (
  name: string,
  { table }: Pick<Services, 'table'>,
): Promise<{ readonly feed: ProductFeed; readonly file: StoredFile } | undefined> => {
  const id = feedOfFileName(name);
  if (!id) return undefined;
  const [feed, state] = await Promise.all([table.get(productFeeds, id), table.get(productFeedStates, id)]);
  const setting = feed?.file;
  if (!setting || !isFileName(name, id, setting)) return undefined;
  const file = state?.file;
  // Until the next build, the file may be of the former format.
  return file?.format === setting.format ? { feed, file } : undefined;
};
