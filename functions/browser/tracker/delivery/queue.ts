import type { Attributes } from './attributes.ts';
import { openBackOff } from './back-off.ts';
import type { Parts, QueueDeps } from './delivery.ts';
import { openJournal } from './journal.ts';
import { openRunner } from './runner.ts';
import { openEventSender } from './send-events.ts';
import { identityBody } from './send-identity.ts';
import { openVisitors } from './visitor.ts';
import { openWaiters } from './waiters.ts';

interface Options {
  readonly time: number;
  readonly canBackfill: boolean;
}

/** Anonymous events are pruned after so many. */
const PRUNE_EVERY = 50;

/**
 * Sends identities and events: in order, one tab at a time, and removes only what the server has stored. What is sent
 * twice has the same `unique_id`, and the server stores it once.
 */
export const openQueue = (deps: QueueDeps) => {
  const { store, jar, now, later, newId } = deps;
  const journal = openJournal(store, deps.limits);
  const visitors = openVisitors(store, jar, newId);
  const waiters = openWaiters();
  const backOff = openBackOff({ later, retry: () => flush() });
  const parts: Parts = { deps, journal, visitors, waiters, backOff };
  const sender = openEventSender(parts);
  const flush = openRunner(parts, sender);
  let appended = 0;

  return {
    flush,
    visitors,

    /** Sends at once: the network is back. */
    resume: (): void => {
      backOff.reset();
      flush();
    },

    /** Notes an `identify`; resolves with whether the server took it. */
    identify: async (attributes: Attributes): Promise<boolean> => {
      const id = visitors.add(attributes, now());
      if (id === undefined) return false;
      flush();
      return waiters.wait(id);
    },

    /** Notes an event; resolves with whether the server took it. Events of anonymous visitors wait in the backfill. */
    track: async (text: string, { time, canBackfill }: Options): Promise<boolean> => {
      const cid = visitors.current();
      const isKnown = Boolean(visitors.tokenOf(cid)) || visitors.pendings().some((one) => one.cid === cid);
      if (!isKnown && !canBackfill) return false;
      const key = journal.append(text, { time, cid, isBackfill: !isKnown, id: newId() });
      if (isKnown || ++appended % PRUNE_EVERY === 0) flush();
      return isKnown && waiters.wait(key);
    },

    /** Takes the token of a form's reply, and sends the backfill. */
    identified: async (token: string): Promise<void> => {
      await deps.lock(async () => visitors.identified(token));
      flush();
    },

    /** Sends what it can as the page ends. */
    finish: (): void => {
      if (backOff.isBlocked()) return;
      const [pending] = visitors.pendings();
      if (pending) void deps.send('profiles', identityBody(pending, visitors.known()));
      sender.sendLast();
    },

    /** Removes the events of anonymous times: consent to marketing ended. */
    dropBackfill: (): Promise<void> =>
      deps.lock(async () => journal.remove(journal.list().filter(({ isBackfill }) => isBackfill))),

    isIdentified: (): boolean => Boolean(visitors.tokenOf(visitors.current())),
  };
};
