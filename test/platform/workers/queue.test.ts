import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { serveQueue } from '../../../functions/platform/workers/serve.ts';
import type { UploadedObject } from '../../../functions/platform/workers/trigger.ts';
import { startApp } from '../../support/app.ts';
import { things } from '../http/things.ts';

const fail = async () => 'over' as const;

const start = async () => {
  const done: unknown[] = [];
  const upload = (prefix: string) => ({
    on: 'upload' as const,
    prefix,
    suffixes: ['.csv'],
    fail,
    async handle(object: UploadedObject) {
      done.push({ prefix, object });
    },
  });
  const service: ServiceDeclaration = {
    ...things,
    triggers: [
      upload('a/'),
      upload('b/'),
      {
        on: 'message',
        kind: 'count',
        fail,
        async handle(message, _, deadline) {
          done.push({ message, left: deadline.remainingMs() });
        },
      },
      {
        on: 'message',
        kind: 'fail',
        fail,
        async handle(message) {
          v.parse(v.object({ email: v.number() }), message);
        },
      },
    ],
  };
  const app = await startApp(things);
  const handler = serveQueue(service, () => app.services);
  const deliver = (...bodies: readonly unknown[]) => {
    const Records = bodies.map((body, i) => ({
      messageId: `m${i}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }));
    return handler({ Records } as never, { getRemainingTimeInMillis: () => 1_000 });
  };
  return { deliver, done, lines: app.lines };
};

const created = (key: string, more = {}) => ({
  version: '0',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  detail: { bucket: { name: 'drop' }, object: { key, size: 5, etag: 'e', sequencer: '1', ...more } },
});

test('passes an object to the trigger with its prefix and suffix, and to no other', async () => {
  const { deliver, done } = await start();

  const answer = await deliver(created('a/x 1.csv', { 'version-id': 'v1' }), created('b/y.txt'), created('c/z.csv'));

  expect(answer).toEqual({ batchItemFailures: [] });
  const object = { bucket: 'drop', key: 'a/x 1.csv', etag: 'e', size: 5, versionId: 'v1' };
  expect(done).toEqual([{ prefix: 'a/', object }]);
});

test('passes a message to the trigger of its kind, with the remaining time', async () => {
  const { deliver, done } = await start();
  await deliver({ kind: 'count', n: 1 });
  expect(done).toEqual([{ message: { n: 1 }, left: 1_000 }]);
});

test('reports only the failed messages, and logs them without their content', async () => {
  const { deliver, done, lines } = await start();

  const answer = await deliver(
    { kind: 'fail', email: 'ada@example.com' },
    { kind: 'count' },
    'ada@example.com',
    { kind: 'nobody' },
    { detail: 'ada@example.com' },
    { kind: 'count' },
  );

  expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m0', 'm2', 'm3', 'm4']);
  expect(done).toHaveLength(2);
  const logged = lines.map((line) => JSON.parse(line)).toSorted((a, b) => (a.messageId < b.messageId ? -1 : 1));
  expect(logged).toMatchObject([
    { message: 'message failed', domain: 'things', messageId: 'm0', error: 'ValiError' },
    { messageId: 'm2', error: 'SyntaxError' },
    { messageId: 'm3', detail: 'No trigger takes messages of kind nobody.' },
    { messageId: 'm4' },
  ]);
  expect(lines.join()).not.toContain('ada');
});
