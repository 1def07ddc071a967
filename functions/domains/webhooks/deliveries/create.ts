import type { Change } from '../../../platform/changes/change.ts';
import { errorFields } from '../../../platform/log.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { shardOf } from '../../../platform/table/listing/shards.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { create } from '../../../platform/table/write.ts';
import type { Fact } from '../changes/fact.ts';
import { factOf } from '../changes/fact-of.ts';
import { webhookStore } from '../records/store.ts';
import type { Webhook } from '../records/webhook.ts';
import { countWaiting, FULL_REASON, isFull, readBacklog, reportFull } from './backlog.ts';
import { endUnsent } from './record-attempt.ts';
import { type Pending, tagOf } from './records/delivery.ts';
import { RETRY_DAYS } from './records/retry-times.ts';
import { pendingDeliveries } from './records/store.ts';
import { wakeEndpoint } from './wake.ts';

const PARALLEL = 32;

/**
 * Stores a delivery for each webhook that asked for a change, in the order of each profile's changes, then wakes the
 * runs that send them. Safe to repeat. Returns the changes that cannot be read.
 */
export const createDeliveries = async (changes: readonly Change[], services: Services): Promise<readonly Change[]> => {
  const unreadable: Change[] = [];
  const facts: { readonly change: Change; readonly fact: Fact }[] = [];
  for (const change of changes) {
    try {
      const fact = factOf(change);
      if (fact) facts.push({ change, fact });
    } catch (error) {
      services.log.error('change not delivered', { position: change.position, ...errorFields(error) });
      unreadable.push(change);
    }
  }
  // Read after these changes were written: a webhook gets every change since it was created. Before sending, it is read
  // again.
  const accounts = [...new Set(facts.map(({ fact }) => fact.account))];
  const lists = await inParallel(accounts, PARALLEL, (account) => webhookStore.all({ account, table: services.table }));
  const webhooksOf = new Map(accounts.map((account, i) => [account, lists[i] ?? []]));
  const targets = new Map<string, Target>();
  const groups = Map.groupBy(facts, ({ change }) => change.key.pk);
  await inParallel([...groups.values()], PARALLEL, async (group) => {
    for (const { change, fact } of group)
      for (const webhook of webhooksOf.get(fact.account) ?? []) {
        if (!webhook.enabled || !webhook.topics.some((topic) => fact.topics.includes(topic))) continue;
        const target = targets.get(webhook.id) ?? newTarget(webhook, services);
        targets.set(webhook.id, target);
        await store(pendingOf({ change, fact, webhook }, services.now()), target, services);
      }
  });
  for (const { webhook, backlog, stored, unsent } of targets.values()) {
    const id = { account: webhook.account, webhookId: webhook.id };
    const state = await backlog;
    await countWaiting({ id, state, added: stored }, services);
    if (unsent > 0) await reportFull({ webhook, state }, services);
    await wakeEndpoint(id, services);
  }
  return unreadable;
};

/** A webhook that asked for some of the changes. */
interface Target {
  readonly webhook: Webhook;
  /** Read once for all of these changes. */
  readonly backlog: ReturnType<typeof readBacklog>;
  stored: number;
  unsent: number;
}

const newTarget = (webhook: Webhook, services: Services): Target => ({
  webhook,
  backlog: readBacklog({ account: webhook.account, webhookId: webhook.id }, services),
  stored: 0,
  unsent: 0,
});

/** Stores a delivery: to be sent, or in the log, if too many wait for its receiver. */
const store = async (pending: Pending, target: Target, services: Services): Promise<void> => {
  if (isFull(await target.backlog)) {
    target.unsent += 1;
    await endUnsent({ ...pending, lastError: FULL_REASON }, services);
    return;
  }
  const { done } = await services.table.write(create(pendingDeliveries, pending));
  if (done) target.stored += 1;
};

interface Content {
  readonly change: Change;
  readonly fact: Fact;
  readonly webhook: Webhook;
}

const pendingOf = (
  { change: { key, position, at }, fact: { account, type, profileId, source }, webhook }: Content,
  now: Date,
): Pending => ({
  account,
  webhookId: webhook.id,
  shard: shardOf(key.pk),
  position,
  tag: tagOf(key),
  group: key.pk,
  what: type,
  ...(profileId !== undefined && { profileId }),
  source,
  at,
  since: now.toISOString(),
  attempts: 0,
  // The run gives it up before.
  expiresAt: expiryAfterDays(now, RETRY_DAYS + 1),
});
