import { expect, test } from 'vitest';
import { button, email, step, version } from '../domains/forms/parts.ts';
import { startLive } from '../domains/forms/submit.ts';

const signUp = version([step(email({ required: true }), button())]);
const report = { statistics: ['viewed_form', 'submits'], timeframe: { key: 'last_365_days' } };
const body = { data: { type: 'form-values-report', attributes: report } };

/** The requests of a call, by command. */
const requestsOf = (requests: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const one of requests) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
};

test('a view costs one write of an item below 1 KB, however much it says', async () => {
  const app = await startLive(signUp);
  const views = ['viewed', 'viewed_step', 'qualified', 'closed'].map((name) => ({ name, is_unique: true }));
  await app.countViews(views);
  app.requests.length = 0;
  expect((await app.countViews(views)).status).toBe(202);
  expect(requestsOf(app.requests)).toEqual({ UpdateItemCommand: 1 });
  // All counts of all hours of the item, each with ten thousand.
  for (let hour = 0; hour < 8; hour++) {
    app.at(`2026-01-01T${String(hour).padStart(2, '0')}:30:00Z`);
    await app.countViews(views);
    await app.submit({ fields: { $email: 'ada@example.com' } });
  }
  const items = await app.table.query({ pk: `A#${app.account}#FORMSTATISTICS#0`, limit: 10 });
  const all = [
    items,
    ...(await Promise.all(
      [1, 2, 3, 4, 5, 6, 7].map((shard) =>
        app.table.query({ pk: `A#${app.account}#FORMSTATISTICS#${shard}`, limit: 10 }),
      ),
    )),
  ].flat();
  const [item = {}] = all;
  expect(all).toHaveLength(1);
  expect(Object.keys(item).filter((name) => /^[a-h][a-zA-Z]$/.test(name)).length).toBeGreaterThan(80);
  const bytes = Object.entries(item).reduce(
    (sum, [name, value]) =>
      sum + Buffer.byteLength(name) + (typeof value === 'number' ? 4 : Buffer.byteLength(String(value))),
    0,
  );
  expect(bytes).toBeLessThan(1_024);
});

test('a report costs the same after one view and after many', async () => {
  const app = await startLive(signUp);
  const costOf = async () => {
    app.requests.length = 0;
    expect((await app.post('/api/form-values-reports', body)).status).toBe(200);
    return requestsOf(app.requests);
  };
  await app.countViews([{ name: 'viewed' }]);
  const before = await costOf();
  expect(before).toEqual({ QueryCommand: 8 });
  for (let n = 0; n < 100; n++) await app.countViews([{ name: 'viewed' }]);
  expect(await costOf()).toEqual(before);
});

test('a submission costs the same for everybody: two writes and a message', async () => {
  const app = await startLive(signUp, { services: { queue: () => ({ send: async () => {} }) } });
  await app.submit({ fields: { $email: 'first@example.com' } });
  for (const address of ['ada@example.com', 'bob@example.com', 'ada@example.com']) {
    app.requests.length = 0;
    expect((await app.submit({ fields: { $email: address } })).status).toBe(202);
    expect(requestsOf(app.requests)).toEqual({ PutItemCommand: 1, UpdateItemCommand: 1 });
  }
});
