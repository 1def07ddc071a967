import type { SQSRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { serveExhausted } from '../../../functions/platform/workers/exhausted.ts';
import { lists } from '../../../functions/services/lists.ts';
import { startApp } from '../../support/app.ts';
import { rejectedOf } from './rejected.ts';

const recordOf = (body: object): SQSRecord => ({
  messageId: 'm-1',
  receiptHandle: '',
  body: JSON.stringify(body),
  attributes: {
    SentTimestamp: String(Date.parse('2025-12-31T00:00:00Z')),
    ApproximateReceiveCount: '5',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: '',
});

const start = async () => {
  const app = await startApp(lists);
  const letters: string[] = [];
  const queue = { sendRaw: async () => {} };
  const deadLetters = { sendRaw: async (body: string) => void letters.push(body) };
  const give = serveExhausted(lists, () => ({ services: app.services, queue, deadLetters }));
  const giveUp = (body: object) => give({ Records: [recordOf(body)] });
  return { app, letters, giveUp };
};

test('a message that is given up is listed with its job, once', async () => {
  const { app, letters, giveUp } = await start();
  const message = { kind: 'delete-list', account: app.account, id: 'news' };
  await giveUp(message);
  await giveUp(message);
  expect(letters).toHaveLength(2);
  const { data } = (await app.get('/api/rejected-items')).body;
  expect(data).toMatchObject([
    { attributes: { code: 'dead_letter', job_id: 'news', what: 'message delete-list', source: 'job:delete-list' } },
  ]);
  expect(data[0].attributes.reasons[0].detail).toContain('It failed 5 times.');

  const { body } = await app.post(`/api/rejected-items/${data[0].id}/replay`, undefined);
  const job = await app.get(`/api/rejected-item-replay-jobs/${body.data.id}`);
  expect(job.body.data.attributes).toMatchObject({ status: 'complete', rejected_count: 1 });
  expect((await rejectedOf(app))[0]?.reasons[0]?.detail).toContain('jobs retry');
});

test('a message without an account is a dead letter, and nothing else', async () => {
  const { app, letters, giveUp } = await start();
  await giveUp({ kind: 'unknown' });
  expect(letters).toHaveLength(1);
  expect(await rejectedOf(app)).toEqual([]);
});

test('a table that is away does not keep a message from the dead letters', async () => {
  const { app, letters, giveUp } = await start();
  app.watch(({ command }, next) => {
    if (command.startsWith('Put')) throw new Error('The table is away.');
    return next();
  });
  expect(await giveUp({ kind: 'delete-list', account: app.account, id: 'news' })).toEqual({ batchItemFailures: [] });
  expect(letters).toHaveLength(1);
  expect(app.lines.join()).toContain('dead letter not listed');
});
