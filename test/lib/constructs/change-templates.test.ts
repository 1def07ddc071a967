import { describe, expect, test } from 'vitest';
import type { ChangeTrigger } from '../../../functions/platform/changes/trigger.ts';
import { changeQueuesOf, messageQueuesOf } from '../../../functions/platform/service/queues.ts';
import { definition } from '../../../functions/platform/table/definition.ts';
import { changes } from '../../../functions/services/changes.ts';
import { filtersOf } from '../../../lib/constructs/workers/change-filters.ts';
import { consuming, mappingsOf, trigger } from '../../support/changes/change-services.ts';
import { synthesize, synthesizeOf } from '../../support/templates.ts';

const { ofType } = synthesize();
const DAY = 86_400;

describe('the queue of a consumer', () => {
  const next = changeQueuesOf(consuming('x', [trigger()]))[0];
  const archive = ofType('AWS::SQS::Queue').find(({ id }) => /^archivechangesqueueQueue/.test(id))?.properties;

  test('keeps changes for two weeks, and retries them for two days before the dead-letter queue', () => {
    expect(next?.key).toBe('x-changes');
    const { MessageRetentionPeriod, VisibilityTimeout, RedrivePolicy } = archive ?? {};
    expect(MessageRetentionPeriod).toBe(14 * DAY);
    expect(RedrivePolicy.maxReceiveCount).toBe(240);
    expect(RedrivePolicy.maxReceiveCount * VisibilityTimeout).toBeGreaterThanOrEqual(2 * DAY);
    const [letters] = RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'];
    const deadLetters = ofType('AWS::SQS::Queue').find(({ id }) => id === letters)?.properties;
    expect(deadLetters?.MessageRetentionPeriod).toBe(14 * DAY);
  });

  test('has the declared time limit, memory and concurrency', () => {
    const queues = [{ name: 'slow', timeoutSeconds: 300, memoryMb: 2_048, concurrency: 3 }];
    const all = synthesizeOf([changes, consuming('shop', [trigger({ queue: 'slow' })], queues)]);
    const worker = all.ofType('AWS::Lambda::Function').find(({ properties }) => properties.Handler === 'index.change');
    expect(worker?.properties).toMatchObject({ Timeout: 300, MemorySize: 2_048 });
    const queue = all.ofType('AWS::SQS::Queue').find(({ id }) => /^shopslowqueueQueue/.test(id));
    expect(queue?.properties.VisibilityTimeout).toBe(1_800);
    expect(mappingsOf(all).find(({ ScalingConfig }) => ScalingConfig)).toMatchObject({
      ScalingConfig: { MaximumConcurrency: 3 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('is FIFO if ordered, with FIFO dead letters, and takes thousands of messages a second', () => {
    const queues = [{ name: 'changes', isFifo: true }];
    const all = synthesizeOf([changes, consuming('shop', [trigger({ orderedBy: 'profile' })], queues)]);
    const fifo = all.ofType('AWS::SQS::Queue').filter(({ properties }) => properties.FifoQueue);
    expect(fifo).toHaveLength(2);
    expect(fifo.find(({ properties }) => properties.RedrivePolicy)?.properties).toMatchObject({
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
    const mapping = mappingsOf(all).find(({ StartingPosition }) => !StartingPosition);
    expect(mapping).toMatchObject({ BatchSize: 10 });
    // SQS has no batching window for FIFO queues.
    expect(mapping).not.toHaveProperty('MaximumBatchingWindowInSeconds');
  });

  test('batches for the rest of its time if another consumer has a shorter window', () => {
    const all = synthesizeOf([
      changes,
      consuming('quick', [trigger({ gatherSeconds: 5 })]),
      consuming('slow', [trigger({ gatherSeconds: 300 })]),
    ]);
    const windows = mappingsOf(all).map((one) => one.MaximumBatchingWindowInSeconds);
    expect(windows.toSorted()).toEqual([295, 5, undefined]);
  });
});

test('lets the stream reader send to the queues, and passes it each declaration', () => {
  const wants = { kinds: ['updated'] as const, types: ['profile'], images: 'before' as const };
  const all = synthesizeOf([changes, consuming('a', [trigger(wants)]), consuming('b', [trigger()])]);
  const reader = all.ofType('AWS::Lambda::Function').find(({ properties }) => properties.Handler === 'index.stream');
  const [, parts] = reader?.properties.Environment.Variables.CHANGE_CONSUMERS['Fn::Join'] ?? [];
  const text = parts.map((part: unknown) => (typeof part === 'string' ? part : 'url')).join('');
  expect(JSON.parse(text)).toEqual([
    { name: 'a-changes', url: 'url', kinds: ['updated'], types: ['profile'], images: 'before', isOrdered: false },
    {
      name: 'b-changes',
      url: 'url',
      kinds: ['inserted', 'updated', 'removed'],
      images: 'both',
      isOrdered: false,
    },
  ]);
});

describe('the filter of the stream', () => {
  const filtered = (...given: Partial<ChangeTrigger>[]) =>
    filtersOf(
      given.map(({ kinds = ['inserted', 'updated', 'removed'], sortKeyPrefixes, types }) => ({
        name: 'x',
        kinds: [...kinds],
        ...(sortKeyPrefixes && { sortKeyPrefixes: [...sortKeyPrefixes] }),
        ...(types && { types: [...types] }),
        images: 'none' as const,
        isOrdered: false,
      })),
    ).map(({ pattern }) => JSON.parse(String(pattern)));
  const keys = (...prefixes: string[]) => ({
    Keys: { [definition.sk]: { S: prefixes.map((prefix) => ({ prefix })) } },
  });

  test('is shared by consumers of the same kinds, with alternative prefixes', () => {
    expect(
      filtered(
        { kinds: ['inserted'], sortKeyPrefixes: ['B#'] },
        { kinds: ['inserted'], sortKeyPrefixes: ['A#', 'B#'] },
      ),
    ).toEqual([{ eventName: ['INSERT'], dynamodb: keys('A#', 'B#') }]);
  });

  test('is open for a whole kind if one consumer takes all of it', () => {
    expect(filtered({ kinds: ['updated'], sortKeyPrefixes: ['A#'] }, { kinds: ['updated'] })).toEqual([
      { eventName: ['MODIFY'] },
    ]);
  });

  test('reads the type from the new item, and after a removal from the old one', () => {
    expect(filtered({ types: ['profile'] })).toEqual([
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: { type: { S: ['profile'] } } } },
      { eventName: ['REMOVE'], dynamodb: { OldImage: { type: { S: ['profile'] } } } },
    ]);
  });

  test('never exceeds the number of patterns of a mapping', () => {
    const sets = [
      ['inserted'],
      ['updated'],
      ['removed'],
      ['inserted', 'updated'],
      ['updated', 'removed'],
      ['inserted', 'removed'],
    ] as const;
    expect(filtered(...sets.map((kinds, i) => ({ kinds, sortKeyPrefixes: [`${i}#`] })))).toEqual([
      { eventName: ['INSERT', 'REMOVE', 'MODIFY'], dynamodb: keys('0#', '1#', '2#', '3#', '4#', '5#') },
    ]);
  });

  test('has no pattern that another one covers', () => {
    const narrow = { kinds: ['inserted'], sortKeyPrefixes: ['A#'] } as const;
    const wide = { kinds: ['inserted', 'updated'], sortKeyPrefixes: ['A#', 'B#'] } as const;
    expect(filtered(narrow, wide)).toEqual([{ eventName: ['INSERT', 'MODIFY'], dynamodb: keys('A#', 'B#') }]);
    expect(filtered({ ...narrow, sortKeyPrefixes: ['C#'] }, wide)).toHaveLength(2);
    expect(filtered({ kinds: ['inserted'] }, wide)).toHaveLength(2);
    expect(filtered({ ...narrow, types: ['x'] }, { ...wide, types: ['y'] })).toHaveLength(2);
  });
});

describe('refuses an invalid declaration', () => {
  test.each([
    [[trigger({ orderedBy: 'profile' })], [], /FIFO/],
    [[trigger()], [{ name: 'changes', isFifo: true }], /FIFO/],
    [[trigger(), trigger()], [], /queue of its own/],
    [[trigger({ queue: 'other' })], [], /does not declare/],
  ] as const)('%#', (triggers, queues, problem) => {
    expect(() => changeQueuesOf(consuming('shop', triggers, queues))).toThrow(problem);
  });
});

describe('queues of messages', () => {
  test('confirmation mails have a queue and a worker of their own, and wait for nothing else', () => {
    const worker = ofType('AWS::Lambda::Function').find(({ id }) => /^consentmailqueueFunction/.test(id));
    expect(worker?.properties).toMatchObject({ Timeout: 60, MemorySize: 512 });
    const named = ofType('AWS::Lambda::Function').filter(
      ({ properties }) => properties.Environment.Variables.QUEUE_URLS !== undefined,
    );
    for (const { id } of named) expect(id).toMatch(/^(consent|forms|hooks)/);
    const handlersOf = (service: string) =>
      named.flatMap(({ id, properties }) => (id.startsWith(service) ? [properties.Handler] : [])).toSorted();
    expect(handlersOf('forms')).toEqual(['index.exhausted', 'index.http', 'index.queue']);
    expect(handlersOf('consent')).toEqual([
      'index.exhausted',
      'index.exhausted',
      'index.http',
      'index.queue',
      'index.queue',
    ]);
  });

  test('a trigger uses the queue that it names, the others the first one', () => {
    const fail = async () => 'none' as const;
    const message = (kind: string, queue?: string) =>
      ({ on: 'message', kind, ...(queue && { queue }), handle: async () => {}, fail }) as const;
    const domain = {
      name: 'shop',
      triggers: [message('a'), message('b', 'own'), message('c')],
      queues: [{ name: 'own' }],
    };
    expect(messageQueuesOf(domain).map(({ key, triggers }) => [key, triggers.length])).toEqual([
      ['shop', 2],
      ['shop-own', 1],
    ]);
    expect(() => messageQueuesOf({ ...domain, queues: [{ name: 'own', isFifo: true }] })).toThrow(/FIFO/);
  });
});
