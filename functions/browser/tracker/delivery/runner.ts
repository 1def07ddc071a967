import type { Parts } from './delivery.ts';
import type { openEventSender } from './send-events.ts';
import { sendIdentity } from './send-identity.ts';

/** Calls of `identify` within this time go as one request. */
const DEBOUNCE_MS = 300;
/** Timers are not exact. */
const SLACK_MS = 50;

/** Sends everything that can be sent, under the lock: identities first, since events wait for their person. */
const sendAll = async (parts: Parts, { sendNext }: ReturnType<typeof openEventSender>): Promise<void> => {
  const { journal, visitors, waiters, deps } = parts;
  journal.prune(deps.now());
  let isIdentityStuck = false;
  for (;;) {
    visitors.adopt(journal.list().flatMap(({ cid, isBackfill }) => (isBackfill ? cid : [])));
    const [pending] = visitors.pendings();
    if (pending && !isIdentityStuck && Math.abs(deps.now() - pending.time) >= DEBOUNCE_MS - SLACK_MS) {
      isIdentityStuck = !(await sendIdentity(parts, pending));
    } else if (!(await sendNext())) break;
  }
  const entries = journal.list();
  visitors.prune(new Set(entries.map(({ cid }) => cid)));
  waiters.settleOthers(new Set([...entries.map(({ key }) => key), ...visitors.pendings().map(({ id }) => id)]));
};

/** Runs one delivery at a time. A call during a run starts another one after it. */
export const openRunner = (parts: Parts, sender: ReturnType<typeof openEventSender>) => {
  let isRunning = false;
  let isWanted = false;

  const flush = (): void => {
    isWanted = true;
    if (isRunning || parts.backOff.isBlocked()) return;
    isWanted = false;
    isRunning = true;
    const end = (): void => {
      isRunning = false;
      if (isWanted) flush();
      else if (parts.visitors.pendings()[0]) parts.deps.later(DEBOUNCE_MS, flush);
    };
    parts.deps.lock(() => sendAll(parts, sender)).then(end, end);
  };

  return flush;
};
