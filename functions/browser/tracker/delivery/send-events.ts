import { eventRequest } from './bodies.ts';
import { isAccepted, isRefused, type Parts, personOf, type Reply } from './delivery.ts';
import type { Entry } from './journal.ts';

const MAX_BATCH = 1_000;
/** Characters. The server takes 4 MiB, and a character has up to three bytes. */
const MAX_SIZE = 500_000;
/** What browsers let a page send as it ends is 64 KiB, and a character has up to three bytes. */
const MAX_LAST_SIZE = 20_000;

interface Limit {
  readonly count: number;
  readonly size: number;
}

/** The oldest events of one person that can go in one request. */
export const nextBatch = (
  entries: readonly Entry[],
  tokenOf: (cid: string) => string | undefined,
  limit: Limit,
): Entry[] => {
  const first = entries.find(({ cid }) => tokenOf(cid));
  const batch: Entry[] = [];
  let size = 0;
  for (const entry of entries) {
    if (!first || entry.cid !== first.cid) continue;
    size += entry.size;
    const fits = batch.length === 0 || (batch.length < limit.count && size <= limit.size);
    if (!fits || entry.isBackfill !== first.isBackfill) break;
    batch.push(entry);
  }
  return batch;
};

const post = (parts: Parts, batch: readonly Entry[]): Promise<Reply> => {
  const { deps, journal } = parts;
  const { cid, isBackfill } = batch[0] ?? { cid: '', isBackfill: false };
  return deps.send(...eventRequest(batch.map(journal.read), { ...personOf(parts, cid), isBackfill }));
};

export const openEventSender = (parts: Parts) => {
  const { journal, visitors, waiters, backOff } = parts;
  let count = MAX_BATCH;
  const sending = new Set<string>();

  return {
    /** Sends one batch; it is removed only when it is stored. Returns false if there is none, or it must be tried again. */
    sendNext: async (): Promise<boolean> => {
      const batch = nextBatch(journal.list(), visitors.tokenOf, { count, size: MAX_SIZE });
      if (!batch[0]) return false;
      for (const { key } of batch) sending.add(key);
      const reply = await post(parts, batch);
      for (const { key } of batch) sending.delete(key);
      if (isRefused(reply) && batch.length > 1) {
        // One of them is invalid: halves find it, and the others are stored.
        count = batch.length >> 1;
        return true;
      }
      if (!isAccepted(reply) && !isRefused(reply)) {
        backOff.fail(reply.retryAfterMs);
        return false;
      }
      backOff.reset();
      count = Math.min(count * 2, MAX_BATCH);
      journal.remove(batch);
      if (isRefused(reply)) for (const { key } of batch) waiters.settle(key, false);
      return true;
    },

    /**
     * Sends this page's events as it ends, as many as browsers let it. Without a reply nothing is removed: the next page
     * sends it again.
     */
    sendLast: (): void => {
      const entries = journal.list().filter(({ key }) => !sending.has(key) && waiters.has(key));
      const batch = nextBatch(entries, visitors.tokenOf, { count: MAX_BATCH, size: MAX_LAST_SIZE });
      if (batch[0]) void post(parts, batch);
    },
  };
};
