import {
  changeWebFeed,
  createWebFeed,
  deleteWebFeed,
  getWebFeed,
  type WebFeedChange,
  type WebFeedInput,
} from '../../../../functions/domains/feeds/web/actions.ts';
import { webFeedFolder } from '../../../../functions/domains/feeds/web/feed.ts';
import { fetchDue, WEB_FEED_IS_DUE } from '../../../../functions/domains/feeds/web/schedule.ts';
import type { Services } from '../../../../functions/platform/resources/services.ts';
import { listKeys } from '../../../../functions/platform/storage/files.ts';
import { startFeeds } from '../start.ts';

/** A shop with a server, and its web feeds. */
export const startWebFeeds = async (limits: Parameters<typeof startFeeds>[0] = {}) => {
  const shop = await startFeeds(limits);
  const keysOf = async (id: string): Promise<readonly string[]> => {
    const keys: string[] = [];
    for await (const key of listKeys(webFeedFolder({ account: shop.account, id }), shop.files)) keys.push(key);
    return keys;
  };
  const get = (id: string) => getWebFeed(id, shop.context());
  return {
    ...shop,
    create: (input: Partial<WebFeedInput> = {}) =>
      createWebFeed({ name: 'Posts', url: shop.server.url, method: 'get', format: 'json', ...input }, shop.context()),
    change: (id: string, change: WebFeedChange) => changeWebFeed(id, change, shop.context()),
    remove: (id: string) => deleteWebFeed(id, shop.context()),
    get,
    keysOf,
    contentOf: async (id: string) => shop.files.readText((await get(id)).kept?.key ?? ''),
    /** Delivers all messages that wait. Those that come too early wait again. */
    deliver: async (services: Services = shop.services): Promise<void> => {
      for (const message of shop.sent.splice(0))
        if (message.kind === WEB_FEED_IS_DUE) await fetchDue(message, services);
    },
  };
};
