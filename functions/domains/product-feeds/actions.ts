import { ApiError } from '../../platform/errors.ts';
import { newJob } from '../../platform/jobs/state.ts';
import { create, remove } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { type ProductFeed, type ProductFeedState, productFeedStates, productFeedStore } from './records/feed.ts';
import { sendEarly, sendNext } from './schedule.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'queue'>;

export type ProductFeedInput = Omit<ProductFeed, 'account' | 'id' | 'created' | 'updated'>;
/** `undefined`: unchanged. `null`: removed. */
export type ProductFeedChange = {
  readonly [Name in keyof ProductFeedInput]?: ProductFeedInput[Name] | null | undefined;
};

export const getProductFeed = productFeedStore.get;
export const readAllProductFeeds = productFeedStore.all;

export const createProductFeed = async (input: ProductFeedInput, context: Deps): Promise<ProductFeed> => {
  checkFile(input);
  const { expiresAt: _, ...job } = newJob(context, 0);
  const next = await sendNext(job.id, context);
  // Before the feed: one that exists has a state.
  await context.table.write(create(productFeedStates, { ...job, next }));
  try {
    const feed = await productFeedStore.create(input, context, job.id);
    await sendEarly(job.id, next, context);
    return feed;
  } catch (error) {
    await removeState(job.id, context);
    throw error;
  }
};

/** A file is one for all: nothing in it may depend on a person. A feed of the whole catalog is a file only. */
const checkFile = ({ kind, withoutBought, file }: Pick<ProductFeed, 'kind' | 'withoutBought' | 'file'>): void => {
  if (kind === 'all' && !file)
    throw new ApiError('invalid', {
      detail: 'A feed of the kind `all` is a file. Set file_format, or use the kind `newest`.',
      source: { pointer: '/data/attributes/file_format' },
    });
  if (file && (kind === 'recently_viewed' || withoutBought))
    throw new ApiError('invalid', {
      detail: 'A feed that depends on a person can not be a file. Use another kind, without exclude_bought.',
      source: { pointer: '/data/attributes/file_format' },
    });
};

const removable: ReadonlySet<string> = new Set(['categories', 'file']);

/** The products are selected anew at once. */
export const changeProductFeed = async (id: string, change: ProductFeedChange, context: Deps): Promise<ProductFeed> => {
  const given = Object.entries(change).filter(
    ([name, value]) => value !== undefined && (value !== null || removable.has(name)),
  );
  const changed = Object.fromEntries(given.map(([name, value]) => [name, value ?? undefined]));
  checkFile({ ...(await productFeedStore.get(id, context)), ...changed });
  const feed = await productFeedStore.update(id, changed, context);
  const { next } = (await findState(id, context)) ?? {};
  if (next !== undefined) await sendEarly(id, next, context);
  return feed;
};

export const deleteProductFeed = async (id: string, context: Deps): Promise<void> => {
  await productFeedStore.remove(id, context);
  await removeState(id, context);
};

export const findState = (
  id: string,
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<ProductFeedState | undefined> => table.get(productFeedStates, { account, id });

const removeState = async (id: string, { account, table }: Pick<Deps, 'account' | 'table'>): Promise<void> => {
  await table.write(remove(productFeedStates, { account, id }));
};
