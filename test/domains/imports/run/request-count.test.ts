import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

const COUNT = 400;
const people = (size: number): string =>
  `Email,Size\n${Array.from({ length: COUNT }, (_, i) => `p${i}@example.com,${size}\n`).join('')}`;
const placed = `Person//Email,Timestamp,$event_id\n${Array.from({ length: COUNT }, (_, i) => `p${i}@example.com,2026-01-01,e${i}\n`).join('')}`;
const ofFour = `Person//Email,Person//First Name,Timestamp,$event_id\n${Array.from({ length: COUNT }, (_, i) => `p${i % 4}@example.com,Ada,2026-01-01,v${i}\n`).join('')}`;

test('one request serves many rows, whether they are new, unchanged, changed or events', async () => {
  const app = await startImports();
  const requestsOf = async (key: string, file: string, expected: object) => {
    await app.put(key, file);
    const body = await app.notice(key);
    app.requests.length = 0;
    await app.deliver(body);
    await app.drain();
    const sent = app.requests.filter((name) => name !== 'GetItemCommand').length;
    expect((await app.job(key)).attributes).toMatchObject(expected);
    return sent;
  };

  // Read a hundred at a time, created fifty to a request; about ten requests are the job's own.
  expect(await requestsOf('profiles/new.csv', people(1), { created_count: COUNT })).toBeLessThan(40);
  expect(await requestsOf('profiles/same.csv', people(1), { unchanged_count: COUNT })).toBeLessThan(30);
  // Changed 25 to a request.
  expect(await requestsOf('profiles/changed.csv', people(2), { updated_count: COUNT })).toBeLessThan(50);
  // Guards and events, 25 to a request.
  expect(await requestsOf('events/Placed Order.csv', placed, { created_count: COUNT })).toBeLessThan(60);
  // The changes of a person are applied once, not once a row.
  expect(await requestsOf('events/Viewed Product.csv', ofFour, { created_count: COUNT })).toBeLessThan(60);
});

/** With an opt-in each, so that each row has a state, an entry of the ledger, the end of its chain, and a member. */
const consenting = (month: string): string =>
  `Email,Email Marketing Consent,Email Marketing Consent Timestamp\n${Array.from({ length: COUNT }, (_, i) => `p${i}@example.com,Subscribed,2025-${month}-01\n`).join('')}`;

test('one request serves many rows with a list and consent, whether they are new, unchanged or changed', async () => {
  const app = await startImports();
  const requestsOf = async (key: string, file: string, expected: object) => {
    await app.put(key.replace('.csv', '.mapping.json'), '{"list":"club"}');
    await app.put(key, file);
    const body = await app.notice(key);
    app.requests.length = 0;
    await app.deliver(body);
    await app.drain();
    expect((await app.job(key)).attributes).toMatchObject(expected);
    return app.requests.length;
  };

  // Besides what new people cost: states by the hundred, 33 consents to a transaction, and members by their shard.
  expect(await requestsOf('profiles/new.csv', consenting('01'), { created_count: COUNT })).toBeLessThan(110);
  expect(await requestsOf('profiles/same.csv', consenting('01'), { unchanged_count: COUNT })).toBeLessThan(100);
  expect(await requestsOf('profiles/later.csv', consenting('02'), { updated_count: COUNT })).toBeLessThan(150);
});
