import * as v from 'valibot';
import { withCheck } from '../../../platform/jobs/renewal.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import type { Deadline } from '../../../platform/workers/trigger.ts';
import { readSecrets } from '../records/secrets.ts';
import { webhooks } from '../records/store.ts';
import type { Webhook } from '../records/webhook.ts';
import { afterAttempt, isGivenUp, isHalfOpen, isOpen, type ReceiverState } from './breaker.ts';
import { readDue, readProbe } from './due.ts';
import { acquireEndpoint, releaseEndpoint, renewEndpoint } from './endpoint-lease.ts';
import { disabledNotice, notifyOwner, recoveredNotice } from './notify-owner.ts';
import { acquireProbe, releaseProbe } from './probe.ts';
import { failWaiting, recordAttempt } from './record-attempt.ts';
import type { Pending } from './records/delivery.ts';
import { FAILURES_TO_OPEN } from './records/retry-times.ts';
import type { Endpoint } from './records/store.ts';
import { type Attempt, sendDelivery } from './send.ts';
import { type EndpointId, EndpointMessage, wakeEndpoint } from './wake.ts';

/** Requests to one receiver at a time. */
const PARALLEL = 20;
/** A run that has less time left hands over, and starts no attempt in the last half of it. */
const MARGIN_MS = 20_000;
const MAX_WAKE_SECONDS = 900;

/** Sends what waits for a webhook, until nothing is due or the function must end. */
export const sendDeliveries = async (message: unknown, services: Services, deadline: Deadline): Promise<void> => {
  const { wakeAt: ownWake, ...id } = v.parse(EndpointMessage, message);
  const endpoint = await acquireEndpoint(id, deadline, services);
  if (!endpoint) return;
  const renewal = renewEndpoint(endpoint, deadline, services);
  try {
    await sendAll({ id, endpoint, ownWake, deadline }, { ...services, table: withCheck(services.table, renewal) });
  } finally {
    renewal.stop();
  }
};

interface Leased {
  readonly id: EndpointId;
  readonly endpoint: Endpoint;
  /** Of the message that started the run. */
  readonly ownWake: string | undefined;
  readonly deadline: Deadline;
}

const sendAll = async ({ id, endpoint, ownWake, deadline }: Leased, services: Services): Promise<void> => {
  let state: ReceiverState = endpoint;
  // A function may have less time than the margin. Each run has to get on, or runs would follow each other for ever.
  const marginMs = Math.min(MARGIN_MS, deadline.remainingMs() / 2);
  let wakeAt = endpoint.wakeAt === ownWake ? undefined : endpoint.wakeAt;
  let ended = 0;
  for (;;) {
    const round = await sendRound({ id, state, deadline, marginMs }, services);
    state = round.state;
    ended += round.ended ?? 0;
    if (round.next === 'now' && deadline.remainingMs() > marginMs) continue;
    if (round.next === 'now') {
      await releaseEndpoint(endpoint, { ...state, wakeAt, ended, left: 'much' }, services);
      return wakeEndpoint(id, services);
    }
    wakeAt = await scheduleWake({ ...id, wakeAt }, round.next, services);
    const left = round.next === undefined ? 'nothing' : 'some';
    if ((await releaseEndpoint(endpoint, { ...state, wakeAt, ended, left }, services)) !== 'more') return;
    // The message that brought more may have been the one that was to come.
    wakeAt = undefined;
  }
};

interface Round {
  readonly id: EndpointId;
  readonly state: ReceiverState;
  readonly deadline: Deadline;
  readonly marginMs: number;
}

interface RoundResult {
  readonly state: ReceiverState;
  /** When there is more to do. */
  readonly next: 'now' | string | undefined;
  /** How many deliveries no longer wait. @default 0 */
  readonly ended?: number;
}

const sendRound = async ({ id, state, deadline, marginMs }: Round, services: Services): Promise<RoundResult> => {
  const { table, now } = services;
  const webhook = await table.get(webhooks, { account: id.account, id: id.webhookId });
  if (!webhook?.enabled) {
    // What waits for a webhook that its owner turned off or deleted expires.
    const hasFailed =
      webhook?.disabledReason !== undefined && (await failWaiting(id, webhook.disabledReason, services));
    return { state: { failures: 0 }, next: hasFailed ? 'now' : undefined };
  }
  if (isOpen(state, now())) return { state, next: state.openUntil };
  const isProbe = isHalfOpen(state);
  const due = isProbe ? await probeOnly(id, services) : await readDue(id, services);
  if (due.groups.length === 0) return { state, next: due.nextAt };
  const busyUntil = isProbe ? await acquireProbe(id, services) : undefined;
  if (busyUntil !== undefined) return { state, next: busyUntil };
  const secrets = await readSecrets(webhook.id, { account: id.account, table, now });
  const after = await sendGroups(due.groups, { id, secrets, state, deadline, marginMs }, services);
  if (isProbe) await releaseProbe(id, services);
  if (after.isGone || isGivenUp(after.state, now())) {
    await disable(webhook, after.isGone ? 'The receiver answered 410 Gone.' : 'It failed for three days.', services);
    return { state: { failures: 0 }, next: 'now' };
  }
  const { failingSince } = state;
  if (failingSince !== undefined && after.state.failures === 0 && isLongAgo(failingSince, now()))
    await notifyOwner(webhook, recoveredNotice(webhook, failingSince), services);
  // What came meanwhile leaves a note at the lease, so that there is no need to look again.
  const isDone = due.isAll && after.ended === due.groups.flat().length;
  const next = isOpen(after.state, now()) ? after.state.openUntil : isDone ? due.nextAt : 'now';
  return { state: after.state, next, ended: after.ended };
};

/** The owner hears of a recovery only after a failure of an hour. */
const NOTICED_MS = 3_600_000;
const isLongAgo = (time: string, now: Date): boolean => now.getTime() - Date.parse(time) >= NOTICED_MS;

const findEnabled = async (id: EndpointId, { table }: Pick<Services, 'table'>): Promise<Webhook | undefined> => {
  const webhook = await table.get(webhooks, { account: id.account, id: id.webhookId });
  return webhook?.enabled ? webhook : undefined;
};

const probeOnly = async (id: EndpointId, services: Services) => {
  const probe = await readProbe(id, services);
  return { groups: probe ? [[probe]] : [], nextAt: undefined, isAll: false };
};

interface Sending extends Round {
  readonly secrets: readonly string[];
}

/** Sends each profile's messages in order, and those of several profiles at once. Stops when the breaker opens. */
const sendGroups = async (
  groups: readonly (readonly Pending[])[],
  { id, secrets, state: before, deadline, marginMs }: Sending,
  services: Services,
) => {
  let state = before;
  let isGone = false;
  let ended = 0;
  const mayTry = (): boolean =>
    !isGone && deadline.remainingMs() > marginMs / 2 && (state.failures < FAILURES_TO_OPEN || state === before);
  await inParallel(groups, PARALLEL, async (group) => {
    for (const pending of group) {
      if (!mayTry()) return;
      // Read again before each message: nothing is sent after a webhook was deleted.
      const webhook = await findEnabled(id, services);
      if (!webhook) return;
      const attempt: Attempt = await sendDelivery(pending, { webhook, secrets }, services);
      state = afterAttempt(state, attempt, services.now());
      isGone ||= attempt.kind === 'failed' && attempt.isGone === true;
      if (!(await recordAttempt(pending, attempt, services))) return;
      ended += 1;
    }
  });
  return { state, isGone, ended };
};

const disable = async (webhook: Webhook, disabledReason: string, services: Services): Promise<void> => {
  const { account, id } = webhook;
  const { table, now, log } = services;
  const set = { enabled: false, disabledReason, updated: now().toISOString() };
  const { done } = await table.write(update(webhooks, { account, id }, { set }));
  if (done) await notifyOwner(webhook, disabledNotice(webhook, disabledReason), services);
  log.warn('webhook disabled', { account, webhook: id, reason: disabledReason });
};

/** Sends the message for the next run, unless one is under way that comes early enough. Returns when it comes. */
const scheduleWake = async (
  { account, webhookId, wakeAt }: EndpointId & Pick<Endpoint, 'wakeAt'>,
  next: string | undefined,
  services: Services,
): Promise<string | undefined> => {
  const nowMs = services.now().getTime();
  const isComing = wakeAt !== undefined && Date.parse(wakeAt) > nowMs;
  if (next === undefined) return isComing ? wakeAt : undefined;
  if (isComing && wakeAt <= next) return wakeAt;
  const seconds = Math.min(MAX_WAKE_SECONDS, Math.max(1, Math.ceil((Date.parse(next) - nowMs) / 1_000)));
  const at = new Date(nowMs + seconds * 1_000).toISOString();
  await wakeEndpoint({ account, webhookId }, services, { seconds, wakeAt: at });
  return at;
};
