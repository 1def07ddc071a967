import type { Visitor } from '../../functions/browser/shared/internals.ts';
import { type Area, openStore } from '../../functions/browser/shared/store.ts';
import type { Reply } from '../../functions/browser/tracker/delivery/delivery.ts';
import { LIMITS, type Limits } from '../../functions/browser/tracker/delivery/journal.ts';
import { openQueue } from '../../functions/browser/tracker/delivery/queue.ts';
import { type Clock, openClock } from './clock.ts';

/** `localStorage` with a quota. */
const openArea = (quota: { characters: number }): Area => {
  const values = new Map<string, string>();
  const size = (): number => [...values].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return {
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => {
      const before = values.get(key);
      values.set(key, value);
      if (size() <= quota.characters) return;
      if (before === undefined) values.delete(key);
      else values.set(key, before);
      throw new Error('QuotaExceededError');
    },
    removeItem: (key) => void values.delete(key),
  };
};

/** Web Locks: a closed tab loses its lock and its place in the queue. */
const openLocks = () => {
  let queue: { readonly tab: object; readonly start: () => void }[] = [];
  let holder: object | undefined;
  const next = (): void => {
    const [first, ...rest] = queue;
    queue = rest;
    holder = first?.tab;
    first?.start();
  };
  return {
    request: (tab: object, work: () => Promise<void>): Promise<void> =>
      new Promise((resolve, reject) => {
        const start = (): void => {
          work()
            .then(resolve, reject)
            .finally(() => {
              if (holder === tab) next();
            });
        };
        queue.push({ tab, start });
        if (!holder) next();
      }),
    forget: (tab: object): void => {
      queue = queue.filter((one) => one.tab !== tab);
      if (holder === tab) next();
    },
  };
};

type Send = (path: string, body: string, clock: Clock, tab: object) => Promise<Reply>;

/** A browser with several tabs of one shop. */
export const openDevice = (send: Send, limits: Limits = LIMITS) => {
  const clock = openClock();
  const quota = { characters: 5_000_000 };
  const area = openArea(quota);
  const locks = openLocks();
  let cookie: Visitor | undefined;
  let isRace = false;
  let ids = 0;

  const openTab = () => {
    const tab = {};
    const queue = openQueue({
      store: openStore(
        () => area,
        () => true,
      ),
      jar: {
        get: () => (isRace ? undefined : cookie),
        set: (visitor) => {
          cookie = visitor;
        },
      },
      lock: (work) => locks.request(tab, work),
      send: (path, body) => send(path, body, clock, tab),
      now: clock.now,
      newId: () => `id${ids++}`,
      later: (ms, work) => clock.later(tab, ms, work),
      signals: () => ({}),
      limits,
    });
    queue.flush();
    const close = (): void => {
      clock.forget(tab);
      locks.forget(tab);
    };
    return { queue, close };
  };
  /** Work of several tabs at the same moment: none sees the cookie of another yet. */
  const race = (work: () => void): void => {
    isRace = true;
    work();
    isRace = false;
  };
  return { clock, quota, area, openTab, race, cookie: () => cookie };
};

export type Tab = ReturnType<ReturnType<typeof openDevice>['openTab']>;
