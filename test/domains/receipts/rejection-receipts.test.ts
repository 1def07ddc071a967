import { expect, test } from 'vitest';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { startSegment } from '../../api/segment/send.ts';
import type { Answer } from '../../support/app.ts';
import { event } from '../events/event-bodies.ts';
import { receiptIn } from './receipt-in.ts';

test('a refused event names the receipt of its rejected item', async () => {
  const app = await startSegment();
  const answer = await app.post('/api/events', event({ person: { email: 'ada.example.com' } }));
  expect(answer.status).toBe(400);
  const read = async (authorization?: string) =>
    (await app.send('GET', `/api/receipts/${receiptIn(answer)}`, undefined, authorization ? { authorization } : {}))
      .body.data.attributes;
  const receipt = await read();
  expect(receipt).toMatchObject({
    outcome: 'rejected',
    item_type: 'rejected-item',
    source: `api:${app.keyId}`,
    rejected_item_id: expect.stringMatching(/^\w{26}$/),
    reasons: [
      { pointer: expect.stringMatching(/\/email$/), detail: 'Not an e-mail address, such as ada@example.com.' },
    ],
  });
  const { key } = await createKey({ account: app.account, name: 'k', scopes: ['events:read'] }, app.services);
  const masked = await read(`Bearer ${key}`);
  expect(masked.reasons[0].detail).toBe('Not an e-mail address, such as a…@e…');
});

test('public refusals have receipts of one length, whether their payload is kept or not', async () => {
  const app = await startSegment();
  const send = () =>
    app.post(`/client/events?company_id=${app.account}`, event({ time: 'never' }), { authorization: '' });
  const answers = [];
  for (let i = 0; i < 22; i++) answers.push(await send());
  expect(new Set(answers.map((answer) => receiptIn(answer).length)).size).toBe(1);
  const attributes = async (answer: Answer | undefined) =>
    answer && (await app.get(`/api/receipts/${receiptIn(answer)}`)).body.data.attributes;
  expect(await attributes(answers[0])).toMatchObject({ outcome: 'rejected', rejected_item_id: expect.any(String) });
  expect(await attributes(answers.at(-1))).toMatchObject({ outcome: 'rejected', rejected_item_id: null });
});

test('refused calls of Segment have receipts, alone and in a batch', async () => {
  const app = await startSegment();
  const { body } = await app.trusted('/v1/batch', {
    batch: [{ type: 'track' }, { type: 'track', event: 'Seen', userId: 'u1', messageId: 'm1' }],
  });
  const outcomes = [];
  for (const receipt of body.receipts)
    outcomes.push((await app.get(`/api/receipts/${receipt}`)).body.data.attributes.outcome);
  expect(outcomes).toEqual(['rejected', 'stored']);
  const single = await app.trusted('/v1/track', { userId: 'u1' });
  expect(single.status).toBe(400);
  const { data } = (await app.get(`/api/receipts/${receiptIn(single)}`)).body;
  expect(data.attributes).toMatchObject({ outcome: 'rejected', rejected_item_id: expect.any(String) });
});
