import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Change } from '../../../functions/platform/changes/change.ts';
import { openLog } from '../../../functions/platform/log.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { startChanges } from '../../support/changes/changes.ts';
import { consumer, numberOf, written } from './records.ts';

/** All that services need here: a bucket in memory, a log and a clock. */
const start = (declarations: readonly ServiceDeclaration[]) => {
  const objects = new Map<string, string>();
  const lines: string[] = [];
  let isBroken = false;
  const write = async (key: string, body: Buffer) => {
    if (isBroken) throw new Error('The bucket is away.');
    objects.set(key, gunzipSync(body).toString());
  };
  const services = {
    archive: () => ({ write }),
    log: openLog('info', (line) => lines.push(line)),
    now: () => new Date('2026-01-01T00:00:00Z'),
  } as unknown as Services;
  return {
    ...startChanges(declarations, () => services),
    objects,
    lines,
    breakBucket: (broken: boolean) => {
      isBroken = broken;
    },
  };
};

const taker = (name: string, trigger: Partial<Parameters<typeof consumer>[1]> = {}) => {
  const got: Change[] = [];
  const service = consumer(name, {
    handle: async (changes) => {
      got.push(...changes);
      return [];
    },
    ...trigger,
  });
  return { service, got };
};

test('sends a consumer the kinds, items and images that it declared, as plain values', async () => {
  const whole = taker('whole');
  const narrow = taker('narrow', {
    kinds: ['updated', 'removed'],
    sortKeyPrefixes: ['PROF'],
    types: ['profile'],
    images: 'before',
  });
  const bare = taker('bare', { images: 'none', sortKeyPrefixes: ['EVENT#', 'LIST#'] });
  const world = start([whole.service, narrow.service, bare.service]);
  const records = [
    written({ after: { type: 'profile', name: 'Ada' } }),
    written({ before: { type: 'profile', name: 'Ada' }, after: { type: 'profile', name: 'Eve' } }),
    written({ sk: 'EVENT#1', after: { type: 'event' } }),
    written({ before: { type: 'profile', name: 'Eve' } }),
    written({ before: { type: 'other' } }),
  ];

  expect(await world.read(records)).toEqual({ batchItemFailures: [] });
  for (const { service } of [whole, narrow, bare]) await world.work(service);

  expect(whole.got.map(({ kind }) => kind)).toEqual(['inserted', 'updated', 'inserted', 'removed', 'removed']);
  expect(whole.got[1]).toEqual({
    kind: 'updated',
    key: { pk: 'A#abc#P#1', sk: 'PROFILE' },
    position: numberOf(records[1] ?? {}).padStart(40, '0'),
    at: '2026-01-01T00:00:00.000Z',
    before: { pk: 'A#abc#P#1', sk: 'PROFILE', type: 'profile', name: 'Ada' },
    after: { pk: 'A#abc#P#1', sk: 'PROFILE', type: 'profile', name: 'Eve' },
  });
  expect(narrow.got.map(({ kind, before, after }) => [kind, before?.name, after])).toEqual([
    ['updated', 'Ada', undefined],
    ['removed', 'Eve', undefined],
  ]);
  expect(bare.got).toEqual([expect.not.objectContaining({ after: expect.anything() })]);
  const positions = whole.got.map(({ position }) => position);
  expect(positions.toSorted()).toEqual(positions);
});

test('sends thousands of changes in one message', async () => {
  const one = taker('one');
  const world = start([one.service]);
  const records = Array.from({ length: 4_000 }, (_, i) =>
    written({
      sk: `EVENT#${i}`,
      after: { type: 'event', properties: JSON.stringify({ number: i, sku: `A-${i % 50}` }) },
    }),
  );
  await world.read(records);
  expect(world.waiting('one-changes')).toHaveLength(1);
  await world.work(one.service);
  expect(one.got).toHaveLength(4_000);
});

test('stores and reports an unreadable record, and delivers the others', async () => {
  const one = taker('one');
  const world = start([one.service]);
  const strange = written({ after: {} });
  const poisoned = [
    { ...strange, dynamodb: { ...strange.dynamodb, NewImage: { pk: { S: 'x' }, sk: { S: 'y' }, set: { SS: ['a'] } } } },
    { ...written({ after: { type: 'a' } }), eventName: 'MODIFY' as const },
  ];
  const good = [written({ after: { name: 'before' } }), written({ after: { name: 'behind' } })];
  const [first, last] = good;
  const records = [...(first ? [first] : []), ...poisoned, ...(last ? [last] : [])];

  expect(await world.read(records)).toEqual({ batchItemFailures: [] });
  await world.work(one.service);
  expect(one.got.map(({ after }) => after?.name)).toEqual(['before', 'behind']);

  const keys = poisoned.map((record) => `set-aside/all/${numberOf(record)}.json.gz`);
  expect([...world.objects.keys()]).toEqual(keys);
  expect(JSON.parse(world.objects.get(keys[0] ?? '') ?? '')).toMatchObject({ content: poisoned[0], reason: 'Error' });
  expect(world.notices.map((notice) => JSON.parse(notice).key)).toEqual(keys);
  expect(world.lines.filter((line) => line.includes('message failed'))).toHaveLength(2);
  // A repeated delivery of it changes nothing.
  await world.read(records);
  expect(world.objects.size).toBe(2);
});

test('retries a record that cannot even be stored, with all records behind it', async () => {
  const one = taker('one');
  const world = start([one.service]);
  const bad = { ...written({ after: {} }), eventName: 'MODIFY' as const };
  const records = [written({ after: { name: 'a' } }), bad, written({ after: { name: 'b' } })];
  world.breakBucket(true);
  expect(await world.read(records)).toEqual({ batchItemFailures: [{ itemIdentifier: numberOf(bad) }] });
  world.breakBucket(false);
  expect(await world.read(records.slice(1))).toEqual({ batchItemFailures: [] });
  await world.work(one.service);
  expect(one.got.map(({ after }) => after?.name)).toEqual(['a', 'b', 'b']);
  expect(world.objects.size).toBe(1);
});

test('stores a change that is too large for a message for the consumer of the whole item', async () => {
  const whole = taker('whole');
  const bare = taker('bare', { images: 'none' });
  const world = start([whole.service, bare.service]);
  const text = randomBytes(450_000).toString('base64');
  const big = written({ before: { text }, after: { text: `${text.slice(1)}!${text.slice(0, 500_000)}` } });
  const records = [written({ after: { name: 'a' } }), big, written({ after: { name: 'b' } })];
  expect(await world.read(records)).toEqual({ batchItemFailures: [] });
  await world.work(whole.service);
  await world.work(bare.service);
  expect(whole.got.map(({ after }) => after?.name)).toEqual(['a', 'b']);
  expect(bare.got).toHaveLength(3);
  expect([...world.objects.keys()]).toEqual([`set-aside/whole-changes/${numberOf(big).padStart(40, '0')}.json.gz`]);
  expect(world.notices).toHaveLength(1);
});

test('delivers to other queues while one fails, and to that one once it recovers', async () => {
  const [a, b] = [taker('a'), taker('b')];
  const world = start([a.service, b.service]);
  const records = [1, 2, 3].map((n) => written({ after: { name: String(n) } }));
  world.failWith((name) => (name === 'a-changes' ? { kind: 'failed', code: 'ServiceUnavailable' } : undefined));
  const again = { batchItemFailures: [{ itemIdentifier: numberOf(records[0] ?? {}) }] };
  expect(await world.read(records)).toEqual(again);
  expect(await world.read(records)).toEqual(again);
  world.failWith(() => undefined);
  expect(await world.read(records)).toEqual({ batchItemFailures: [] });
  for (const { service } of [a, b]) await world.work(service);
  expect(a.got.map(({ after }) => after?.name)).toEqual(['1', '2', '3']);
  // At least once: a consumer recognizes repeats by their position.
  expect(new Set(b.got.map(({ position }) => position)).size).toBe(3);
  expect(world.objects.size).toBe(0);
});

test('stores a message that SQS always refuses, and delivers the others', async () => {
  const [a, b] = [taker('a'), taker('b')];
  const world = start([a.service, b.service]);
  world.failWith((name) => (name === 'a-changes' ? { kind: 'refused', code: 'InvalidMessageContents' } : undefined));
  expect(await world.read([written({ after: { name: 'x' } })])).toEqual({ batchItemFailures: [] });
  await world.work(b.service);
  expect(b.got).toHaveLength(1);
  const [kept] = world.objects.values();
  expect(JSON.parse(kept ?? '')).toMatchObject({
    consumer: 'a-changes',
    reason: 'InvalidMessageContents',
    content: [expect.objectContaining({ after: expect.objectContaining({ name: 'x' }) })],
  });
});

test('dead-letters a message that a consumer always fails on, alone, and can redrive it', async () => {
  let isMended = false;
  const got: unknown[] = [];
  const service = consumer('one', {
    handle: async (changes) => {
      if (!isMended && changes.some(({ after }) => after?.name === 'poison')) throw new Error('No.');
      got.push(...changes.map(({ after }) => after?.name));
      return [];
    },
  });
  const world = start([service]);
  for (const name of ['a', 'poison', 'b']) await world.read([written({ after: { name } })]);
  expect(await world.work(service, 3)).toBe(1);
  expect(got).toEqual(['a', 'b']);
  await world.work(service, 3);
  await world.work(service, 3);
  expect(world.waiting('one-changes')).toEqual([]);
  expect(world.deadLetters('one-changes')).toHaveLength(1);
  isMended = true;
  world.redrive('one-changes');
  await world.work(service, 3);
  expect(got).toEqual(['a', 'b', 'poison']);
});

test('stores only the change that a consumer rejects, and does not retry its neighbors', async () => {
  const handled: unknown[] = [];
  const service = consumer('one', {
    handle: async (changes) => {
      handled.push(...changes.map(({ after }) => after?.name));
      return changes.filter(({ after }) => after?.name === 'poison');
    },
  });
  const world = start([service]);
  await world.read(['a', 'poison', 'b'].map((name) => written({ after: { name } })));
  expect(await world.work(service)).toBe(0);
  expect(handled).toEqual(['a', 'poison', 'b']);
  expect(world.deadLetters('one-changes')).toHaveLength(1);
  expect(world.lines.filter((line) => line.includes('message failed'))).toHaveLength(1);
});
