import { hasCredentials, isAllowedUrl } from '../../model/web/outgoing-url.ts';
import { ApiError, type Problem } from '../../platform/errors.ts';
import { remove } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import type { Authentication, CatalogFeed, FeedSource } from './records/feed.ts';
import { removeSecret, storeSecret } from './records/secrets.ts';
import { feedStates, feedStore } from './records/store.ts';
import { FEEDS_PREFIX } from './records/sync.ts';
import { planNext } from './schedule.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'queue' | 'settings'>;

type Fields = Omit<CatalogFeed, 'account' | 'id' | 'created' | 'updated' | 'authentication'>;
type Optional = 'format' | 'path' | 'mapping';

/** How a feed authenticates itself to its source. */
export type Credentials = Authentication & { readonly secret: string };

/** `undefined`: unchanged. `null`: removed. */
export type FeedInput = Omit<Fields, Optional> &
  Readonly<Partial<Pick<Fields, Optional>>> & { readonly credentials?: Credentials | undefined };
export type FeedChange = { readonly [Name in keyof FeedInput]?: FeedInput[Name] | null | undefined };

export const getFeed = feedStore.get;
export const readAllFeeds = feedStore.all;
export const findFeeds = feedStore.findMany;

/** The folders from which a feed can read files: by S3, and by SFTP. */
export const fileFolders = (account: string): readonly string[] => [`${FEEDS_PREFIX}${account}/files/`];

export const createFeed = async ({ credentials, ...input }: FeedInput, context: Deps): Promise<CatalogFeed> => {
  checkSource(input.source, context);
  const id = context.newId();
  try {
    if (credentials) await storeSecret(id, credentials.secret, context);
    // Before the feed: one that exists has a schedule.
    await planNext({ id, everyHours: input.everyHours }, context);
    return await feedStore.create(
      { ...input, ...(credentials && { authentication: authenticationOf(credentials) }) },
      context,
      id,
    );
  } catch (error) {
    await removeTraces(id, context);
    throw error;
  }
};

export const changeFeed = async (
  id: string,
  { credentials, ...change }: FeedChange,
  context: Deps,
): Promise<CatalogFeed> => {
  const before = await getFeed(id, context);
  if (change.source) checkSource(change.source, context);
  if (change.source && before.authentication && credentials === undefined) checkSameHost(before.source, change.source);
  if (credentials) await storeSecret(id, credentials.secret, context);
  if (credentials === null) await removeSecret(id, context);
  const authentication = credentials && authenticationOf(credentials);
  const given = Object.entries(change).filter(
    ([name, value]) => value !== undefined && !(value === null && required.has(name)),
  );
  const changed = await feedStore.update(
    id,
    {
      ...Object.fromEntries(given.map(([name, value]) => [name, value ?? undefined])),
      ...(credentials !== undefined && { authentication: authentication ?? undefined }),
    },
    context,
  );
  if (changed.enabled && (changed.everyHours !== before.everyHours || !before.enabled))
    await planNext(changed, context);
  return changed;
};

/** Otherwise, a caller who can change a feed could learn its secret by sending it to another host. */
const checkSameHost = (before: FeedSource, after: FeedSource): void => {
  if (before.kind === 'url' && after.kind === 'url' && new URL(before.url).origin === new URL(after.url).origin) return;
  throw new ApiError('invalid', {
    detail: 'The credentials are those of another host. Send `credentials` too, or null to remove them.',
    source: { pointer: '/data/attributes/credentials' },
  });
};

/** `null` leaves these as they are. */
const required = new Set(['name', 'enabled', 'source', 'everyHours', 'graceHours', 'maxMissing']);

const authenticationOf = ({ secret: _, ...authentication }: Credentials): Authentication => authentication;

/** The products of the feed stay in the catalog. */
export const deleteFeed = async (id: string, context: Deps): Promise<void> => {
  await feedStore.remove(id, context);
  await removeTraces(id, context);
};

const removeTraces = async (feed: string, context: Deps): Promise<void> => {
  await removeSecret(feed, context);
  await context.table.write(remove(feedStates, { account: context.account, feed }));
};

export const checkSource = (source: FeedSource, context: Pick<Deps, 'account' | 'settings'>): void => {
  const problems = sourceProblems(source, context);
  if (problems.length > 0) throw new ApiError('invalid', problems);
};

/** Why a feed cannot be read from a source. */
export const sourceProblems = (
  source: FeedSource,
  { account, settings }: Pick<Deps, 'account' | 'settings'>,
): readonly Problem[] => {
  const detail = source.kind === 'url' ? urlProblem(source.url, settings) : fileProblem(source.key, account);
  return detail === undefined ? [] : [{ detail, source: { pointer: '/data/attributes/source' } }];
};

const urlProblem = (text: string, settings: Deps['settings']): string | undefined => {
  const url = new URL(text);
  if (hasCredentials(url)) return 'The URL contains a user or a password. Use `credentials`.';
  return isAllowedUrl(url, settings) ? undefined : 'The URL must be https.';
};

const fileProblem = (key: string, account: string): string | undefined => {
  const folders = fileFolders(account);
  return folders.some((folder) => key.startsWith(folder)) && !key.includes('/../')
    ? undefined
    : `The key of a file must begin with '${folders[0]}'.`;
};
