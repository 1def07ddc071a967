import { ApiError } from '../../../platform/errors.ts';
import type { Context } from '../../accounts/context.ts';
import { type ProductFeed, productFeedStore } from '../records/feed.ts';
import { newFileSecret } from '../records/file-setting.ts';

/** Gives the file of a feed another URL. @throws ApiError `not_found`, or `conflict` if the feed is no file */
export const rotateFile = async (
  id: string,
  context: Pick<Context, 'account' | 'table' | 'now' | 'newId'>,
): Promise<ProductFeed> => {
  const { file } = await productFeedStore.get(id, context);
  if (!file) throw new ApiError('conflict', { detail: `The product feed ${id} is no file: set its file_format.` });
  return productFeedStore.update(id, { file: { ...file, secret: newFileSecret() } }, context);
};
