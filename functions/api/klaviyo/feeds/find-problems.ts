import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { findFeeds } from '../../../domains/feeds/actions.ts';
import { sourceProblems } from '../../../domains/feeds/source-problems.ts';
import { ApiError, type Problem, pointer } from '../../../platform/errors.ts';
import { notFoundText } from '../../../platform/http/resource/id.ts';
import { findUnknownIds, valueAt } from '../../../platform/http/resource/unknown-ids.ts';
import { authenticationKinds, FEED } from '../views/catalog-feed.ts';
import { SourceBody, sourceOf } from './attributes.ts';

const Kind = v.object({ kind: v.picklist(authenticationKinds) });

const sourceProblemsIf =
  (isNew: boolean) =>
  async (document: unknown, context: Context): Promise<readonly Problem[]> => {
    const source = v.safeParse(SourceBody, valueAt(document, ['data', 'attributes', 'source']));
    if (!source.success) return [];
    const given = valueAt(document, ['data', 'attributes', 'credentials']);
    const isNone = given === null || (given === undefined && isNew);
    const { success, output } = v.safeParse(Kind, given);
    const authentication = success ? output : isNone ? undefined : 'unknown';
    return sourceProblems({ source: sourceOf(source.output), authentication }, context);
  };

/** A source that is well-formed but not allowed, or not with its credentials, whatever else is wrong with a body. */
export const findSourceProblems = sourceProblemsIf(true);

/** The same for a feed that exists, and may have credentials. */
export const findChangedSourceProblems = sourceProblemsIf(false);

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
