import { expect, test } from 'vitest';
import { createThrottle } from '../../../functions/platform/http/throttle.ts';
import { startApp } from '../../support/app.ts';
import { things } from './things.ts';

type Limits = { readonly burst: number; readonly steady: number };

/** Requests of one key, as counted by one or several processes. */
const start = async (limits?: Limits) => {
  const app = await startApp(things);
  const { account, caller } = app.context();
  app.requests.length = 0;
  const authenticated = { account, caller, ...(limits && { limits }) };
  const openProcess = () => {
    const limit = createThrottle();
    return () => limit(authenticated, app.services);
  };
  /** Sequential calls; the number accepted. */
  const run = async (count: number, ...processes: (() => Promise<object>)[]): Promise<number> => {
    let passed = 0;
    for (let i = 0; i < count; i++) {
      const call = processes[i % processes.length];
      try {
        await call?.();
        passed += 1;
      } catch {
        // Refused.
      }
    }
    return passed;
  };
  return { app, openProcess, run };
};

test('a key far below its limit costs no request to the table', async () => {
  const { app, openProcess, run } = await start();
  expect(await run(300, openProcess())).toBe(300);
  expect(app.requests).toEqual([]);
});

test('a key at its limit costs fifty writes a minute, whatever the load', async () => {
  const { app, openProcess, run } = await start({ burst: 1e6, steady: 1_000 });
  expect(await run(3_000, openProcess())).toBe(1_000);
  expect(app.requests).toHaveLength(50);
});

test('a small limit is exact', async () => {
  const { app, openProcess, run } = await start({ burst: 100, steady: 7 });
  expect(await run(50, openProcess(), openProcess(), openProcess())).toBe(7);
  expect(app.requests.length).toBeLessThanOrEqual(9);
});

test('five processes share a limit, and exceed it by a fiftieth each at most', async () => {
  const { app, openProcess, run } = await start({ burst: 1e6, steady: 1_000 });
  const passed = await run(3_000, openProcess(), openProcess(), openProcess(), openProcess(), openProcess());
  expect(passed).toBeGreaterThanOrEqual(1_000);
  expect(passed).toBeLessThanOrEqual(1_100);
  expect(app.requests.length).toBeLessThanOrEqual(55);
});

test('the count starts anew each minute', async () => {
  const { app, openProcess, run } = await start({ burst: 1e6, steady: 10 });
  const call = openProcess();
  expect(await run(20, call)).toBe(10);
  app.at('2026-01-01T00:01:00Z');
  expect(await run(20, call)).toBe(10);
});

test('a second has its own limit', async () => {
  const { app, openProcess, run } = await start({ burst: 5, steady: 1_000 });
  const call = openProcess();
  expect(await run(20, call)).toBe(5);
  app.at('2026-01-01T00:00:01Z');
  expect(await run(20, call)).toBe(5);
});

test('a refused caller gets the time to retry', async () => {
  const app = await startApp(things, { now: new Date('2026-01-01T00:00:45Z') });
  await app.services.table.write({
    kind: 'update',
    key: { pk: `A#${app.account}`, sk: 'ACCOUNT' },
    parameters: {
      UpdateExpression: 'SET publicLimits = :l',
      ExpressionAttributeValues: { ':l': { burst: 10, steady: 2 } },
    },
  });
  const post = () => app.post(`/client/things?company_id=${app.account}`, { name: 'a' });

  expect((await post()).headers).toMatchObject({
    'RateLimit-Limit': '2, 10;w=1, 2;w=60',
    'RateLimit-Remaining': '1',
  });
  expect((await post()).status).toBe(202);
  const { status, headers, body } = await post();
  expect(status).toBe(429);
  expect(headers).toMatchObject({
    'Retry-After': '15',
    'RateLimit-Limit': '2, 10;w=1, 2;w=60',
    'RateLimit-Remaining': '0',
  });
  expect(body.errors).toMatchObject([{ code: 'throttled', detail: expect.stringContaining('2 requests a minute') }]);
  expect((await app.get('/api/things')).status).toBe(200);
});
