import { remove } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import type { Authentication, CatalogFeed, Credentials } from './records/feed.ts';
import { removeSecret, storeSecret } from './records/secrets.ts';
import { haveSameReceiver } from './records/source.ts';
import { feedStates, feedStore } from './records/store.ts';
import { planNext } from './schedule.ts';
import { checkSource, credentialsProblem } from './source-problems.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'queue' | 'settings'>;

type Fields = Omit<CatalogFeed, 'account' | 'id' | 'created' | 'updated' | 'authentication'>;
type Optional = 'format' | 'path' | 'mapping';

/** `undefined`: unchanged. `null`: removed. */
export type FeedInput = Omit<Fields, Optional> &
  Readonly<Partial<Pick<Fields, Optional>>> & { readonly credentials?: Credentials | undefined };
export type FeedChange = { readonly [Name in keyof FeedInput]?: FeedInput[Name] | null | undefined };

export const getFeed = feedStore.get;
export const readAllFeeds = feedStore.all;
export const findFeeds = feedStore.findMany;

export const createFeed = async ({ credentials, ...input }: FeedInput, context: Deps): Promise<CatalogFeed> => {
  checkSource({ source: input.source, authentication: credentials }, context);
  const id = context.newId();
  try {
    if (credentials) await storeSecret(id, { source: input.source, secret: credentials.secret }, context);
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
  if (change.source || credentials !== undefined) {
    const source = change.source ?? before.source;
    const kept = credentials === undefined ? before.authentication : undefined;
    const isOtherHost = kept !== undefined && !haveSameReceiver(before.source, source);
    checkSource({ source, authentication: credentials ?? kept }, context, isOtherHost ? [otherHostProblem] : []);
  }
  if (credentials)
    await storeSecret(id, { source: change.source ?? before.source, secret: credentials.secret }, context);
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
const otherHostProblem = credentialsProblem(
  'The credentials are those of another host. Send `credentials` too, or null to remove them.',
);

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
