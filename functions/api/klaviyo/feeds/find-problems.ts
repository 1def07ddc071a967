import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { findFeeds, sourceProblems } from '../../../domains/feeds/actions.ts';
import { ApiError, type Problem, pointer } from '../../../platform/errors.ts';
import { notFoundText } from '../../../platform/http/resource/id.ts';
import { findUnknownIds, valueAt } from '../../../platform/http/resource/unknown-ids.ts';
import { FEED } from '../views/catalog-feed.ts';
import { SourceBody, sourceOf } from './attributes.ts';

/** A source that is well-formed but not allowed, whatever else is wrong with a body. */
export const findSourceProblems = async (document: unknown, context: Context): Promise<readonly Problem[]> => {
  const { success, output } = v.safeParse(SourceBody, valueAt(document, ['data', 'attributes', 'source']));
  return success ? sourceProblems(sourceOf(output), context) : [];
};

const noun = { one: 'catalog feed', many: 'catalog feeds' };
const path = ['data', 'relationships', FEED, 'data'];

/** A feed that does not exist, whatever else is wrong with a body. */
export const findUnknownFeed = findUnknownIds({
  path,
  noun,
  find: (ids, context: Context) => findFeeds(ids, context),
});

/** The feed that a body names. @throws ApiError `not_found` that points at it */
export const getNamedFeed = async (id: string, context: Context) => {
  const feed = (await findFeeds([id], context)).get(id);
  if (feed) return feed;
  throw new ApiError('not_found', { detail: notFoundText(id, noun), source: { pointer: pointer([...path, 'id']) } });
};
