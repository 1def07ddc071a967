import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import type { FailOutcome } from '../../../platform/workers/trigger.ts';
import type { Context } from '../../accounts/context.ts';
import { type Kept, type WebFeed, webFeedFolder, webFeeds } from './feed.ts';
import { type Fetched, fetchContent } from './fetch.ts';
import { afterFailure, type Place, periodic } from './ladder.ts';

export const WEB_FEED_IS_DUE = 'web-feed-due';

const DueMessage = v.object({
  account: v.string(),
  feed: v.string(),
  /** The planned time that this message stands for. Others have no effect. */
  at: v.string(),
  /** Whether to fetch at once, in the place of that time. */
  early: v.optional(v.boolean()),
});
type DueMessage = v.InferOutput<typeof DueMessage>;

const messageOf = (message: DueMessage) => ({ kind: WEB_FEED_IS_DUE, ...message });

type Deps = Pick<Context, 'account' | 'queue' | 'now'>;

/** Sends the message of a time. Before the time is stored: a time without its message would end the schedule. */
export const sendDue = async (feed: string, at: string, { account, queue, now }: Deps): Promise<void> => {
  await queue().send(messageOf({ account, feed, at }), { at: new Date(at), now: now() });
};

/** Fetches a feed at once. If this is lost, it is fetched at the planned time. */
export const sendEarly = async (feed: string, at: string, { account, queue }: Deps): Promise<void> => {
  await queue().send(messageOf({ account, feed, at, early: true }));
};

/** Fetches a feed whose time has come, and plans the next fetch. Can be repeated until the plan is stored. */
export const fetchDue = async (message: unknown, services: Services): Promise<void> => {
  const { account, feed: id, at, early = false } = v.parse(DueMessage, message);
  const context = { ...services, account };
  const { table, now, queue } = services;
  const feed = await table.get(webFeeds, { account, id });
  if (!feed) {
    await removeContents({ account, id }, undefined, services);
    return;
  }
  if (feed.next !== at) return;
  // Without a scheduler, messages wait 15 minutes at most.
  if (!early && Date.parse(at) > now().getTime()) {
    await queue().send(messageOf({ account, feed: id, at }), { at: new Date(at), now: now() });
    return;
  }
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

const RETRY_SECONDS = 900;

/** A schedule goes on, however often a run died. */
export const requeueDueFetch = async (message: unknown, _: string, { queue }: Services): Promise<FailOutcome> => {
  await queue().send(messageOf(v.parse(DueMessage, message)), RETRY_SECONDS);
  return 'requeued';
};
