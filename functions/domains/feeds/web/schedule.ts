import { createHash } from 'node:crypto';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import { dueMessages } from '../due-messages.ts';
import { type Kept, type WebFeed, webFeedFolder, webFeeds } from './feed.ts';
import { type Fetched, fetchContent } from './fetch.ts';
import { afterFailure, type Place, periodic } from './ladder.ts';

export const WEB_FEED_IS_DUE = 'web-feed-due';

const messages = dueMessages(WEB_FEED_IS_DUE);

export const sendDue = messages.send;
export const sendEarly = messages.sendEarly;

/** Fetches a feed whose time has come, and plans the next fetch. Can be repeated until the plan is stored. */
export const fetchDue = async (message: unknown, services: Services): Promise<void> => {
  const due = messages.parse(message);
  const { account, feed: id, at } = due;
  const context = { ...services, account };
  const { table, now } = services;
  const feed = await table.get(webFeeds, { account, id });
  if (!feed) {
    await removeContents({ account, id }, undefined, services);
    return;
  }
  if (feed.next !== at || (await messages.postpone(due, services))) return;
  const fetched = await fetchContent(feed, canBeUnchanged(feed, now()), services);
  const kept = fetched.kind === 'fetched' ? await keep(feed, fetched.content, services) : feed.kept;
  const { place, ...state } = stateAfter(feed, fetched, now());
  if (place.next !== undefined) await sendDue(id, place.next, context);
  const given = { ...state, ...place, ...(kept && { kept }) };
  const { done } = await table.write(
    update(
      webFeeds,
      { account, id },
      {
        set: given,
        remove: volatile.filter((name) => given[name] === undefined),
        // Another run was faster, or the feed has been changed or deleted: what was fetched is of no use.
        condition: { attribute: 'next', is: '=', value: at },
      },
    ),
  );
  if (done && kept && kept.key !== feed.kept?.key) await removeContents(feed, kept.former ?? kept.key, services);
};

const volatile = ['next', 'error', 'failing', 'nights', 'etag', 'modified'] as const;

type State = Pick<WebFeed, 'tried' | 'good' | 'error' | 'etag' | 'modified'> & { readonly place: Place };

const stateAfter = (feed: WebFeed, fetched: Fetched, now: Date): State => {
  const tried = now.toISOString();
  const { etag, modified } = fetched.kind === 'fetched' ? fetched : feed;
  const known = { ...(etag !== undefined && { etag }), ...(modified !== undefined && { modified }) };
  return fetched.kind === 'failed'
    ? { tried, ...known, error: fetched.reason, place: afterFailure(feed, now) }
    : { tried, ...known, good: tried, place: periodic(now) };
};

const DAY_MS = 24 * 3_600_000;
/** Contents are written anew before a rule of the bucket removes them. */
const REWRITTEN_AFTER_MS = 7 * DAY_MS;

const isOld = ({ stored }: Kept, now: Date): boolean => now.getTime() - Date.parse(stored) > REWRITTEN_AFTER_MS;

const canBeUnchanged = ({ kept, method, format, etag, modified }: WebFeed, now: Date): boolean => {
  const isNamed = etag !== undefined || modified !== undefined;
  return method === 'get' && isNamed && kept !== undefined && kept.format === format && !isOld(kept, now);
};

/** Writes the content to the bucket, unless it has the same. A name of its own: a killed run replaces nothing. */
const keep = async (feed: WebFeed, content: Buffer, { imports, now, newId }: Services): Promise<Kept> => {
  const hash = createHash('sha256').update(content).digest('base64url');
  const { kept: before, format } = feed;
  if (before?.hash === hash && before.format === format && !isOld(before, now())) return before;
  const key = `${webFeedFolder(feed)}${newId()}.${format}`;
  await imports().write(key, content, `application/${format}`);
  const stored = now().toISOString();
  return { key, format, bytes: content.length, hash, stored, ...(before && { former: before.key }) };
};

/** Removes the contents of a feed before one of them, also those that killed runs left. Names follow their time. */
const removeContents = async (
  feed: Pick<WebFeed, 'account' | 'id'>,
  before: string | undefined,
  { imports }: Pick<Services, 'imports'>,
): Promise<void> => {
  const files = imports();
  // One page has them all.
  for (const key of await files.list(webFeedFolder(feed)))
    if (before === undefined || key < before) await files.remove(key);
};

export const requeueDueFetch = messages.requeue;
