import { hasCredentials, isAllowedUrl } from '../../../model/web/outgoing-url.ts';
import { ApiError, type Problem } from '../../../platform/errors.ts';
import type { Context } from '../../accounts/context.ts';
import { type WebFeed, webFeedStore } from './feed.ts';
import { periodic, statusOf } from './ladder.ts';
import { sendDue, sendEarly } from './schedule.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'queue' | 'settings'>;

export type WebFeedInput = Pick<WebFeed, 'name' | 'url' | 'method' | 'format'>;
/** `undefined`: unchanged. */
export type WebFeedChange = { readonly [Name in keyof WebFeedInput]?: WebFeedInput[Name] | undefined };

export const getWebFeed = webFeedStore.get;
export const readAllWebFeeds = webFeedStore.all;

export const createWebFeed = async (input: WebFeedInput, context: Deps): Promise<WebFeed> => {
  checkUrl(input.url, context);
  const id = context.newId();
  const { next } = periodic(context.now());
  await sendDue(id, next, context);
  const feed = await webFeedStore.create({ ...input, next }, context, id);
  await sendEarly(id, next, context);
  return feed;
};

/** A feed with other settings, or one that fails, is fetched at once and begins anew. */
export const changeWebFeed = async (id: string, change: WebFeedChange, context: Deps): Promise<WebFeed> => {
  const before = await getWebFeed(id, context);
  if (change.url !== undefined) checkUrl(change.url, context);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const after = { ...before, ...given };
  const isSame = after.url === before.url && after.method === before.method && after.format === before.format;
  if (isSame && ['ok', 'refreshing'].includes(statusOf(before))) return webFeedStore.update(id, given, context);
  const { next } = periodic(context.now());
  await sendDue(id, next, context);
  const changed = await webFeedStore.update(id, { ...given, ...unfetched, next }, context);
  await sendEarly(id, next, context);
  return changed;
};

const unfetched = {
  tried: undefined,
  error: undefined,
  failing: undefined,
  nights: undefined,
  etag: undefined,
  modified: undefined,
};

/** Its worker removes the content, when a message finds no feed. */
export const deleteWebFeed = async (id: string, context: Deps): Promise<void> => {
  await webFeedStore.remove(id, context);
  await sendEarly(id, context.now().toISOString(), context);
};

const checkUrl = (text: string, context: Pick<Deps, 'settings'>): void => {
  const problems = urlProblems(text, context);
  if (problems.length > 0) throw new ApiError('invalid', problems);
};

/** Why a web feed cannot be fetched from a URL. */
export const urlProblems = (text: string, { settings }: Pick<Deps, 'settings'>): readonly Problem[] => {
  const url = new URL(text);
  if (isAllowedUrl(url, settings) && !hasCredentials(url)) return [];
  const detail = hasCredentials(url)
    ? 'The URL contains a user or a password, which web feeds cannot have.'
    : 'The URL must be https.';
  return [{ detail, source: { pointer: '/data/attributes/url' } }];
};
