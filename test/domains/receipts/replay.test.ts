import { describe, expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { replayJobs } from '../../../functions/domains/receipts/rejected/replay/job.ts';
import { put } from '../../../functions/platform/table/write.ts';
import { consent } from '../../../functions/services/consent.ts';
import { events } from '../../../functions/services/events.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';
import { rejectedOf } from './rejected.ts';

const all = {
  ...lists,
  routes: { ...events.routes, ...profiles.routes, ...consent.routes, ...lists.routes },
};

const anonymous = { authorization: '' };
const eventOf = (more: object = {}) => ({
  data: {
    type: 'event',
    attributes: {
      metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
      profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } },
      properties: {},
      ...more,
    },
  },
});

/** A shop whose setting refuses what a later one accepts: unknown members. */
const start = async () => {
  const app = await startApp(all, { lists: ['news'] });
  let minute = 0;
  const wait = () => {
    minute += 2;
    app.at(new Date(Date.parse('2026-01-01T00:00:00Z') + minute * 60_000).toISOString());
  };
  const fix = async () => {
    await changeAccount(app.account, { unknownMembers: 'ignore' }, app.services);
    wait();
  };
  const send = (body: object = eventOf({ mistake: true })) =>
    app.post(`/client/events?company_id=${app.account}`, body, anonymous);
  const listed = async (query = '') => (await app.get(`/api/rejected-items${query}`)).body.data;
  const storedEvents = async () => (await app.get('/api/events')).body.data;
  const replay = async (attributes: object = {}) => {
    const data = { type: 'rejected-item-replay-job', attributes };
    const { status, body } = await app.post('/api/rejected-item-replay-jobs', { data });
    expect(status).toBe(202);
    return (await app.get(`/api/rejected-item-replay-jobs/${body.data.id}`)).body.data.attributes;
  };
  return { app, wait, fix, send, listed, storedEvents, replay };
};

test('lists what was refused, newest first, and masks it', async () => {
  const { app, wait, send, listed } = await start();
  await send(eventOf({ time: `'ada@example.com' 0171 2345678` }));
  wait();
  await app.post('/v1/track', { event: 'X', writeKey: app.account }, anonymous);
  const items = await listed();
  expect(
    items.map(({ attributes: { source, code, what, status } }: { attributes: Record<string, string> }) => [
      source,
      code,
      what,
      status,
    ]),
  ).toEqual([
    ['segment', 'invalid', 'segment track', 'rejected'],
    ['client', 'invalid', 'POST /client/events', 'rejected'],
  ]);
  expect(JSON.stringify(items)).not.toMatch(/ada@example|2345678/);
  const shown = await app.get(`/api/rejected-items/${items[1].id}`);
  expect(JSON.parse(JSON.parse(shown.body.data.attributes.payload).body)).toMatchObject({ data: { type: 'event' } });

  const names = async (filter: string) => (await listed(`?filter=${filter}`)).map((one: { id: string }) => one.id);
  expect(await names('equals(source,"segment")')).toEqual([items[0].id]);
  expect(await names('equals(code,"conflict")')).toEqual([]);
  expect(await names('equals(status,"replayed")')).toEqual([]);
  expect(await names('greater-than(received_at,2026-01-01T00:01:00Z)')).toEqual([items[0].id]);
  expect(await names('less-or-equal(received_at,2026-01-01T00:00:00Z)')).toEqual([items[1].id]);
});

test('pages through many', async () => {
  const { app, wait, send, listed } = await start();
  for (let i = 0; i < 7; i++) {
    await send();
    wait();
  }
  const ids: string[] = [];
  let next: string | undefined = '/api/rejected-items?page[size]=3&filter=equals(source,"client")';
  while (next) {
    const { body } = await app.get(next.replace('https://api.test', ''));
    ids.push(...body.data.map((one: { id: string }) => one.id));
    next = body.links.next ?? undefined;
  }
  expect(ids).toEqual((await listed()).map((one: { id: string }) => one.id));
  expect(ids).toHaveLength(7);
});

describe('a replay', () => {
  test('stores what was refused, at the time when it came in, once', async () => {
    const { app, fix, send, listed, storedEvents, replay } = await start();
    await send();
    await fix();
    expect(await replay()).toMatchObject({ status: 'complete', replayed_count: 1, rejected_count: 0 });
    const [event] = await storedEvents();
    expect(event.attributes.datetime).toMatch(/^2026-01-01T00:00:00/);
    expect(await listed('?filter=equals(status,"replayed")')).toMatchObject([
      { attributes: { status: 'replayed', replay_count: 1, replayed_at: expect.any(String) } },
    ]);

    expect(await replay()).toMatchObject({ replayed_count: 0, skipped_count: 0 });
    const [{ id }] = await listed();
    expect((await app.post(`/api/rejected-items/${id}/replay`, undefined)).status).toBe(202);
    expect(await storedEvents()).toHaveLength(1);
  });

  test('that dies before it is recorded stores nothing twice', async () => {
    const { app, fix, send, storedEvents, replay } = await start();
    await send();
    await fix();
    const died = app.watch(({ command }, next) => {
      if (command === 'UpdateItemCommand') throw Object.assign(new Error('killed'), { name: 'Killed' });
      return next();
    });
    await replay({ code: 'invalid' }).catch(() => undefined);
    died();
    await replay();
    expect(await storedEvents()).toHaveLength(1);
  });

  test('that fails again keeps the new reason', async () => {
    const { fix, send, listed, replay } = await start();
    await send(eventOf({ mistake: true, value: 'much' }));
    const [before] = await listed();
    await fix();
    expect(await replay()).toMatchObject({ replayed_count: 0, rejected_count: 1 });
    const [after] = await listed();
    expect(before.attributes.reasons.length).toBeGreaterThan(after.attributes.reasons.length);
    expect(after.attributes).toMatchObject({ status: 'rejected', replay_count: 1 });
  });

  test('has no more rights than the item came with', async () => {
    const { app, fix, send, replay } = await start();
    const known = { data: { type: 'profile', attributes: { email: 'ada@example.com', external_id: 'known' } } };
    await app.post('/api/profiles', known);
    // A public call claims no external_id.
    await send(
      eventOf({
        mistake: true,
        profile: { data: { type: 'profile', attributes: { email: 'bob@example.com', external_id: 'claimed' } } },
      }),
    );
    await fix();
    await replay();
    const { body } = await app.get('/api/profiles?filter=equals(email,"bob@example.com")');
    expect(body.data[0].attributes.external_id ?? null).toBeNull();
  });

  test('of a range, a source or ids leaves the others', async () => {
    const { wait, fix, send, listed, replay } = await start();
    for (let i = 0; i < 4; i++) {
      await send(eventOf({ mistake: true, unique_id: `n${i}` }));
      wait();
    }
    await fix();
    expect(await replay({ source: 'segment' })).toMatchObject({ replayed_count: 0 });
    expect(await replay({ from: '2026-01-01T00:05:00Z' })).toMatchObject({ replayed_count: 1 });
    const open = await listed('?filter=equals(status,"rejected")');
    expect(open).toHaveLength(3);
    expect(await replay({ ids: [open[0].id, 'unknown'] })).toMatchObject({ replayed_count: 1 });
    expect(await listed('?filter=equals(status,"rejected")')).toHaveLength(2);
  });

  test("processes a single call of Segment's batch", async () => {
    const { app, wait, storedEvents, replay } = await start();
    await changeAccount(app.account, { blockedIdentifiers: ['u-1'] }, app.services);
    wait();
    const batch = [{ type: 'track', event: 'Signed Up', userId: 'u-1', messageId: 'm1' }];
    const answer = await app.post('/v1/batch', { batch, writeKey: app.key }, anonymous);
    expect(answer.body.rejected).toHaveLength(1);
    await changeAccount(app.account, { blockedIdentifiers: [] }, app.services);
    wait();
    expect(await replay()).toMatchObject({ replayed_count: 1 });
    expect(await storedEvents()).toHaveLength(1);
  });

  test('of a subscription does not undo what the person decided since', async () => {
    const { app, fix, replay } = await start();
    const attributes = { profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } } };
    const relationships = { list: { data: { type: 'list', id: 'news' } } };
    const body = { data: { type: 'subscription', attributes: { ...attributes, mistake: 1 }, relationships } };
    const path = `/client/subscriptions?company_id=${app.account}`;
    expect((await app.post(path, body, anonymous)).status).toBe(400);
    await fix();
    const profile = {
      type: 'profile',
      attributes: {
        email: 'ada@example.com',
        subscriptions: { email: { marketing: { consent: 'UNSUBSCRIBED' } } },
      },
    };
    const unsubscribe = {
      data: { type: 'profile-subscription-bulk-delete-job', attributes: { profiles: { data: [profile] } } },
    };
    expect((await app.post('/api/profile-subscription-bulk-delete-jobs', unsubscribe)).status).toBe(202);
    expect(await replay()).toMatchObject({ replayed_count: 1 });
    const found = await app.get(
      '/api/profiles?filter=equals(email,"ada@example.com")&additional-fields[profile]=subscriptions',
    );
    expect(found.body.data[0].attributes.subscriptions.email.marketing.consent).not.toBe('SUBSCRIBED');
  });

  test('resumes at its checkpoint', async () => {
    const { app, wait, fix, send, storedEvents } = await start();
    for (let i = 0; i < 30; i++) {
      await send(eventOf({ mistake: true, unique_id: `n${i}` }));
      wait();
    }
    await fix();
    const { body } = await app.post('/api/rejected-item-replay-jobs', { data: { type: 'rejected-item-replay-job' } });
    const job = await app.table.get(replayJobs, { account: app.account, id: body.data.id });
    if (!job) throw new Error('There is no job.');
    // As after a run that died behind some pages.
    const { completedAt: _, lease: __, leaseUntil: ___, ...open } = job;
    await app.table.write(put(replayJobs, { ...open, status: 'queued', partition: 3 }));
    await app.services.queue().send({ kind: 'replay-rejected-items', account: app.account, id: job.id });
    expect(await app.table.get(replayJobs, { account: app.account, id: job.id })).toMatchObject({
      status: 'complete',
      replayed: 30,
    });
    expect(await storedEvents()).toHaveLength(30);
    expect((await rejectedOf(app)).every(({ replays }) => replays === 1)).toBe(true);
  });
});

test('says why an item cannot be replayed', async () => {
  const { app, send, listed } = await start();
  for (let i = 0; i < 21; i++) await send();
  const { id } = (await listed('?page[size]=100')).find(
    (one: { attributes: { payload_omitted: string | null } }) => one.attributes.payload_omitted !== null,
  );
  const answer = await app.post(`/api/rejected-items/${id}/replay`, undefined);
  expect(answer.status).toBe(409);
  expect((await app.get('/api/rejected-items/unknown')).status).toBe(404);
});
