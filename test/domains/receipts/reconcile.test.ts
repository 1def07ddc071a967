import type { DynamoDBRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import type { CountedOutcome } from '../../../functions/domains/receipts/counts/labels.ts';
import { generator } from '../../support/random.ts';
import { sized } from '../../support/size.ts';
import { type Call, ERASED, startTraffic, type Tally } from './traffic.ts';

const CALLS = sized({ full: 400, reduced: 80 });

const add = (tally: Tally, outcome: CountedOutcome, n = 1): void => {
  tally[outcome] = (tally[outcome] ?? 0) + n;
};

/** What items of the table stand for, as they come in the stream. */
const tallyOf = (records: readonly DynamoDBRecord[]): Tally => {
  const tally: Tally = {};
  for (const { eventName, dynamodb } of records) {
    const item = dynamodb?.NewImage ?? {};
    const type = item.type?.S;
    if (type === 'event' && (eventName === 'INSERT' || item.replaces)) {
      add(tally, 'stored');
      if (item.replaces) add(tally, 'replaced');
    }
    if (type === 'rejected_item' && eventName === 'INSERT') add(tally, 'rejected', Number(item.count?.N ?? 1));
    if ((type === 'receipt' || type === 'event_job') && eventName === 'INSERT')
      for (const [label, { N }] of Object.entries(item.unstored?.M ?? {}))
        add(tally, label.split(' ')[1] as CountedOutcome, Number(N));
  }
  return tally;
};

test.each(sized({ full: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], reduced: [2] }))(
  'counts agree with all answers and with the table, whatever dies or is lost (seed %i)',
  {
    timeout: 300_000,
  },
  async (seed) => {
    const random = generator(seed);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
    const app = await startTraffic(seed, random);
    const email = () => pick(['a@example.com', 'b@example.com', 'c@example.com', ERASED]);
    const attributes = () => ({
      ...(random() < 0.7 && { unique_id: `u${Math.floor(random() * 12)}` }),
      properties: { n: Math.floor(random() * 3) },
      time: pick(['2025-12-31T10:00:00Z', '2025-12-31T11:00:00Z']),
    });
    const distinct = (n: number) =>
      Array.from({ length: n }, (_, i) => ({ ...attributes(), unique_id: `b${i}${pick(['x', 'y', 'z'])}` }));
    const track = () => ({
      type: 'track',
      event: random() < 0.9 ? 'Placed Order' : undefined,
      userId: pick(['u1', 'u2', 'u3']),
      messageId: `m${Math.floor(random() * 15)}`,
      timestamp: '2025-12-31T10:00:00.000Z',
      properties: { n: Math.floor(random() * 2) },
    });
    const tracks = () => Array.from({ length: 1 + Math.floor(random() * 8) }, track);
    const nextCall = (): Call =>
      pick([
        () => app.calls.single({ person: { email: email() }, ...attributes() }, false),
        () => app.calls.single({ person: { email: email() }, ...attributes() }, true),
        () => app.calls.single({ person: { anonymous_id: 'visitor' }, ...attributes() }, true),
        () => app.calls.single({ person: { email: 'nobody' } }, random() < 0.5),
        () => app.calls.bulk([[email(), distinct(6)]]),
        () =>
          app.calls.bulk([
            ['a@example.com', distinct(3)],
            [ERASED, distinct(2)],
          ]),
        () => app.calls.publicBulk(email(), distinct(4)),
        () => app.calls.segment(tracks(), false),
        () => app.calls.segment(tracks(), true),
      ])();

    const answered: Tally = {};
    const unanswered: Tally = {};
    let again: Call | undefined;
    let cutOff = 0;
    for (let i = 0; i < CALLS; i++) {
      app.at(new Date(Date.UTC(2026, 0, 1, 0, 6) + i * 600_000).toISOString());
      const call = again ?? nextCall();
      again = undefined;
      const answer = await app.attempt(call);
      const found = await app.follow();
      if (answer.status < 500) for (const outcome of await call.outcomes(answer)) add(answered, outcome);
      else {
        // It was cut off, and its sender repeats it.
        again = call;
        cutOff += 1;
        for (const [outcome, n] of Object.entries(tallyOf(found))) add(unanswered, outcome as CountedOutcome, n);
      }
      await app.follow();
    }
    app.stop();

    // Batches of the stream, some of them twice and cut otherwise, in any order.
    const all = app.records;
    const batches = Array.from({ length: Math.ceil(all.length / 20) }, (_, i) => all.slice(i * 20, i * 20 + 20));
    const twice = batches.filter(() => random() < 0.3).map((batch) => batch.slice(Math.floor(random() * batch.length)));
    for (const batch of [...batches, ...twice].toSorted(() => random() - 0.5)) {
      await app.changes.read(batch);
      if (random() < 0.5) await app.count(random() < 0.6);
    }
    while ((await app.count(false)) > 0);

    const counts = await app.counts();
    const { replaced = 0, ...received } = counts;
    const sums: Tally = { ...answered };
    for (const [outcome, n] of Object.entries(unanswered)) add(sums, outcome as CountedOutcome, n);
    const { replaced: _, ...expected } = sums;
    expect(received).toEqual(expected);
    expect(counts).toEqual(tallyOf(all));
    const inTable = [...(await app.scan()).values()].filter(({ type }) => type?.S === 'event').length;
    expect((counts.stored ?? 0) - replaced).toBe(inTable);
    for (const outcome of ['stored', 'duplicate', 'conflict', 'rejected', 'erased', 'replaced'] as const)
      expect(counts[outcome], outcome).toBeGreaterThan(0);
    expect(cutOff).toBeGreaterThan(0);
  },
);
