import type { ServerResponse } from 'node:http';
import type { SQSEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { createAccount } from '../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { openFetch } from '../../../functions/platform/fetch/fetch.ts';
import { serveQueue } from '../../../functions/platform/workers/serve.ts';
import { webhooks } from '../../../functions/services/webhooks.ts';
import { serveLocally } from '../../support/servers/serve-locally.ts';
import { sized } from '../../support/size.ts';
import { SECRET, startWebhooks } from './start.ts';

const ENDPOINTS = 100;
const DEAD = 10;
/** 10,000 deliveries at full size. */
const CHANGES = sized({ full: 100, reduced: 5 });
/** What a deployment has by default. */
const FUNCTIONS = 10;
const MESSAGES = webhooks.firstQueue?.messagesAtOnce ?? 1;

/** A hundred receivers. The dead ones keep their connections open until they are let go. */
const startReceivers = async (isDead: (n: number) => boolean) => {
  const received = new Map<number, number>();
  const hanging = new Set<ServerResponse>();
  let mostHanging = 0;
  let isHolding = true;
  const origin = await serveLocally((request, response) => {
    const n = Number(request.url?.slice(1));
    received.set(n, (received.get(n) ?? 0) + 1);
    request.resume();
    if (!isDead(n)) return void response.writeHead(204).end();
    if (!isHolding) return void response.destroy();
    hanging.add(response);
    mostHanging = Math.max(mostHanging, hanging.size);
    response.on('close', () => hanging.delete(response));
  });
  return {
    url: (n: number) => `${origin}/${n}`,
    received,
    hold: () => {
      isHolding = true;
      mostHanging = 0;
    },
    /** Hangs up. Returns how many requests had been under way at once. */
    letGo: (): number => {
      isHolding = false;
      for (const response of hanging) response.destroy();
      return mostHanging;
    },
  };
};

/** Two accounts, which have at most fifty webhooks each. Those of the dead come first. */
const startShops = async (isDead: (n: number) => boolean, isThere: (n: number) => boolean) => {
  // Nobody hangs up on the dead: what the others get must not depend on that.
  const open = openFetch({ allowsLoopback: true });
  const shop = await startWebhooks({ fetch: () => (url, options) => open(url, { ...options, totalMs: 600_000 }) });
  const receivers = await startReceivers(isDead);
  const other = await createAccount({ name: 'Other shop' }, shop.services);
  const { key } = await createKey({ account: other.id, name: 'test', scopes: ['*'] }, shop.services);
  const headersOf = [{}, { authorization: `Klaviyo-API-Key ${key}` }];
  for (let n = 0; n < ENDPOINTS; n += 1) {
    if (!isThere(n)) continue;
    const attributes = { name: `${n}`, endpoint_url: receivers.url(n), secret_key: SECRET };
    const relationships = { 'webhook-topics': { data: [{ type: 'webhook-topic', id: 'profile.created' }] } };
    const data = { type: 'webhook', attributes, relationships };
    expect((await shop.post('/api/webhooks', { data }, headersOf[n % 2])).status).toBe(201);
  }
  await shop.records();
  return {
    ...shop,
    receivers,
    async change(from: number): Promise<void> {
      for (let n = from; n < from + CHANGES; n += 1)
        for (const headers of headersOf) {
          const data = { type: 'profile', attributes: { email: `p${n}@example.com` } };
          await shop.post('/api/profiles', { data }, headers);
        }
      await shop.changes.read(await shop.records());
      await shop.changes.work(webhooks);
    },
  };
};

type Shops = Awaited<ReturnType<typeof startShops>>;

/** Lambda's functions take the messages that are due, as many at a time as the service declares. */
const startFunctions = (shops: Shops) => {
  const serve = serveQueue(webhooks, () => shops.services);
  const running = new Set<Promise<unknown>>();
  const start = (): void => {
    const now = shops.services.now().getTime();
    while (running.size < FUNCTIONS) {
      const due = shops.messages.filter(({ at }) => at <= now).slice(0, MESSAGES);
      if (due.length === 0) return;
      for (const one of due) shops.messages.splice(shops.messages.indexOf(one), 1);
      const Records = due.map(({ message }, n) => ({ messageId: `m${n}`, body: JSON.stringify(message) }));
      const run = serve({ Records } as SQSEvent, { getRemainingTimeInMillis: () => 120_000 }).then((answer) => {
        running.delete(run);
        // The queue brings them again.
        for (const { itemIdentifier } of answer.batchItemFailures)
          shops.messages.push(...due.filter((_, n) => itemIdentifier === `m${n}`));
        start();
      });
      running.add(run);
    }
  };
  return {
    start,
    idle: async (): Promise<void> => {
      while (running.size > 0) await Promise.race(running);
    },
  };
};

const isDead = (n: number): boolean => n < DEAD;
const living = Array.from({ length: ENDPOINTS - DEAD }, (_, n) => n + DEAD);

/** Sends twice: while the dead ones are not known yet, and while they are tried out. */
const measure = async (isThere: (n: number) => boolean) => {
  const shops = await startShops(isDead, isThere);
  const { receivers } = shops;
  const functions = startFunctions(shops);
  const haveAll = (count: number): boolean => living.every((n) => receivers.received.get(n) === count);
  const phase = async (from: number) => {
    await shops.change(from);
    receivers.hold();
    shops.requests.length = 0;
    functions.start();
    await expect.poll(() => haveAll(from + CHANGES), { timeout: 120_000 }).toBe(true);
    const requests = shops.requests.length;
    const hanging = receivers.letGo();
    await functions.idle();
    return { requests, hanging };
  };
  const first = await phase(0);
  // The breakers of the dead ones have been open, and each is due to be tried out.
  shops.wait(40);
  return { first, second: await phase(CHANGES) };
};

type Run = Awaited<ReturnType<typeof measure>>;

/** How many requests the ninety take beside the dead, as a ratio to those without them. */
const ratioOf = (runs: readonly { readonly alone: Run; readonly beside: Run }[], phase: keyof Run): number => {
  const total = (which: 'alone' | 'beside') => runs.reduce((sum, run) => sum + run[which][phase].requests, 0);
  return total('beside') / total('alone');
};

/** A dead receiver costs the table at most three times what a living one does. */
const MAX_RATIO = 1 + (3 * DEAD) / (ENDPOINTS - DEAD);
/** How often functions meet at a shard is chance, a quarter of the requests: more runs have less of it. */
const MAX_RUNS = 6;

test('sends to ninety receivers as without ten dead ones beside them, whose requests hang', {
  timeout: 500_000,
}, async () => {
  const runs: { readonly alone: Run; readonly beside: Run }[] = [];
  const isOver = () => ratioOf(runs, 'first') >= MAX_RATIO || ratioOf(runs, 'second') >= MAX_RATIO;
  do {
    const alone = await measure((n) => !isDead(n));
    const beside = await measure(() => true);
    // The ninety had everything while requests to the dead were under way, which nobody ended.
    expect([alone.first.hanging, alone.second.hanging]).toEqual([0, 0]);
    expect(beside.first.hanging).toBeGreaterThanOrEqual(DEAD);
    // Of those that are known to be dead, one of each account is tried out at a time.
    expect(beside.second.hanging).toBe(2);
    runs.push({ alone, beside });
  } while (isOver() && runs.length < MAX_RUNS);
  expect(ratioOf(runs, 'first')).toBeLessThan(MAX_RATIO);
  expect(ratioOf(runs, 'second')).toBeLessThan(MAX_RATIO);
});
