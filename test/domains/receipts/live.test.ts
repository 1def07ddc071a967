import { expect, test } from 'vitest';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';

const anonymous = { authorization: '' };
const eventOf = (email: string, name = 'Placed Order', more: object = {}) => ({
  data: {
    type: 'event',
    attributes: {
      metric: { data: { type: 'metric', attributes: { name } } },
      profile: { data: { type: 'profile', attributes: { email } } },
      properties: {},
      ...more,
    },
  },
});

const start = async () => {
  const app = await startApp(events);
  let time = Date.parse('2026-01-01T00:00:00Z');
  const wait = (ms: number) => {
    time += ms;
    app.at(new Date(time).toISOString());
  };
  const look = async (query = '') => {
    const { status, body } = await app.get(`/api/live?wait=0${query}`);
    expect(status).toBe(200);
    return body;
  };
  const send = (email: string, name?: string, more?: object) =>
    app.post(`/client/events?company_id=${app.account}`, eventOf(email, name, more), anonymous);
  return { app, wait, look, send };
};

/** Writes of a call that creates nothing new: those of its events, by command. */
const writesOf = (requests: readonly string[]) => requests.filter((name) => !/^(Get|BatchGet|Query)/.test(name));

test('writes nothing while nobody looks', async () => {
  const { app, wait, look, send } = await start();
  await send('ada@example.com');
  app.requests.length = 0;
  await send('ada@example.com', undefined, { unique_id: '1' });
  const before = writesOf(app.requests);

  await look();
  wait(61_000);
  app.requests.length = 0;
  await send('ada@example.com', undefined, { unique_id: '2' });
  expect(writesOf(app.requests).length).toBe(before.length + 1);

  // A look ends by itself.
  wait(180_000);
  app.requests.length = 0;
  await send('ada@example.com', undefined, { unique_id: '3' });
  expect(writesOf(app.requests)).toEqual(before);
});

test('shows what comes in, masked, to several who look', async () => {
  const { wait, look, send } = await start();
  const [first, second] = [await look(), await look()];
  expect(first).toEqual({ data: [], meta: { cursor: expect.any(String), more: 0 } });
  wait(61_000);
  await send('ada@example.com');
  await send('bob@shop.example', 'Viewed Product');
  await send('ada@example.com', 'Placed Order', { time: 'never' });
  wait(1_000);
  for (const { meta } of [first, second]) {
    const { data } = await look(`&cursor=${meta.cursor}`);
    expect(data).toHaveLength(3);
    expect(data).toEqual(
      expect.arrayContaining([
        { at: expect.any(String), source: 'client', metric: 'Placed Order', outcome: 'stored', who: 'a…@e…' },
        { at: expect.any(String), source: 'client', metric: 'Viewed Product', outcome: 'stored', who: 'b…@s…' },
        { at: expect.any(String), source: 'client', metric: 'Placed Order', outcome: 'rejected: invalid', who: null },
      ]),
    );
  }
  const { data } = await look(`&cursor=${first.meta.cursor}&metric=Viewed%20Product`);
  expect(data).toHaveLength(1);
  expect((await look(`&cursor=${first.meta.cursor}&source=segment`)).data).toEqual([]);
});

test('shows each entry once, and counts what is beyond the limit', async () => {
  const { wait, look, send } = await start();
  let { cursor } = (await look()).meta;
  wait(61_000);
  for (let i = 0; i < 10; i++) await send(`p${i}@example.com`);
  wait(1_000);
  const burst = await look(`&cursor=${cursor}`);
  expect([burst.data.length, burst.meta.more]).toEqual([4, 6]);
  await send('last@example.com');
  wait(1_000);
  const seen = [];
  let more = 0;
  for (let polls = 0; polls < 3; polls++) {
    const { data, meta } = await look(`&cursor=${cursor}`);
    seen.push(...data);
    more += meta.more;
    cursor = meta.cursor;
  }
  expect([seen.length, more]).toEqual([5, 6]);
});

test('writes ever fewer counts of what is beyond the limit', async () => {
  const { app, wait, look, send } = await start();
  const { cursor } = (await look()).meta;
  wait(61_000);
  const ofLive = async () => (await app.table.query({ pk: `A#${app.account}#LIVE`, prefix: '', limit: 100 })).length;
  for (let i = 0; i < 80; i++) await send('ada@example.com');
  wait(1_000);
  const { data, meta } = await look(`&cursor=${cursor}`);
  expect(data).toHaveLength(4);
  expect(meta.more).toBeGreaterThan(60);
  expect(await ofLive()).toBeLessThan(30);
});

test('answers a long poll as soon as something came in, and else after its time', { timeout: 20_000 }, async () => {
  const { app, wait, look, send } = await start();
  const { cursor } = (await look()).meta;
  wait(61_000);
  const poll = app.get(`/api/live?cursor=${cursor}&wait=10`);
  const from = performance.now();
  await send('ada@example.com');
  wait(600);
  expect((await poll).body.data).toHaveLength(1);
  expect(performance.now() - from).toBeLessThan(2_000);
  const none = await app.get(`/api/live?cursor=${(await poll).body.meta.cursor}&wait=1`);
  expect(none.body.data).toEqual([]);
  expect((await app.get('/api/live?wait=60')).status).toBe(400);
});
