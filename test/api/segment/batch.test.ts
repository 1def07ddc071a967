import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { order, startSegment } from './send.ts';

describe('a batch', () => {
  test('stores what is right, and says what is wrong with the rest', async () => {
    const app = await startSegment();
    const { status, body } = await app.trusted('/v1/batch', {
      context: { locale: 'de-DE' },
      batch: [
        order,
        { ...order, messageId: 'm2', event: undefined },
        { type: 'track', event: 'x' },
        { type: 'delete', userId: 'u1' },
        null,
        'text',
        { ...order, messageId: 'm3', timestamp: 'yesterday' },
        { ...order, messageId: 'm4', timestamp: '2090-01-01T00:00:00Z' },
        { ...order, messageId: 'm5', userId: 'null' },
        { ...order, messageId: 'm6', properties: { text: 'x'.repeat(40_000) } },
        { ...order, messageId: 'm7', properties: [] },
        { ...order, messageId: 'm8', event: { a: 1 } },
        { type: 'group', userId: 'u1' },
        { type: 'alias', userId: 'u1' },
        { ...order, messageId: 'last' },
      ],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, accepted: 2, duplicates: 0 });
    const wrong = body.rejected.map(({ index, pointers }: { index: number; pointers: string[] }) => [index, pointers]);
    expect(wrong).toEqual([
      [1, ['/batch/1/event']],
      [2, ['/batch/2']],
      [3, ['/batch/3/type']],
      [4, ['/batch/4']],
      [5, ['/batch/5']],
      [6, ['/batch/6/timestamp']],
      [7, ['/batch/7/timestamp']],
      [8, ['/batch/8/userId']],
      [9, ['/batch/9']],
      [10, ['/batch/10/properties']],
      [11, ['/batch/11/event']],
      [12, ['/batch/12/groupId']],
      [13, ['/batch/13/previousId']],
    ]);
    expect(body.rejected[0]).toMatchObject({
      messageId: 'm2',
      code: 'invalid',
      message: expect.stringContaining('event'),
    });
    expect(await app.events()).toMatchObject([{ properties: { context: { locale: 'de-DE' } } }, {}]);
  });

  test('sent again stores nothing, and another content of a messageId is a conflict', async () => {
    const app = await startSegment();
    const batch = [order, { ...order, messageId: 'm2' }];
    expect((await app.trusted('/v1/batch', { batch })).body).toMatchObject({ accepted: 2, duplicates: 0 });
    expect((await app.trusted('/v1/batch', { batch })).body).toMatchObject({
      accepted: 0,
      duplicates: 2,
      rejected: [],
    });
    const changed = [{ ...order, properties: { total: 13 } }];
    expect((await app.trusted('/v1/batch', { batch: changed })).body).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, messageId: 'm1', code: 'conflict', pointers: ['/batch/0/messageId'] }],
    });
    expect((await app.events()).map(({ properties }: { properties: object }) => properties)).toMatchObject([
      { total: 12 },
      { total: 12 },
    ]);
  });

  test('may repeat a call, and not change it', async () => {
    const app = await startSegment();
    const batch = [order, { ...order, sentAt: '2026-01-01T00:00:00Z' }, { ...order, properties: {} }];
    expect((await app.trusted('/v1/batch', { batch })).body).toMatchObject({
      accepted: 1,
      duplicates: 1,
      rejected: [{ index: 2, code: 'conflict' }],
    });
  });

  test.each([
    ['too many calls', { batch: Array.from({ length: 2_501 }, () => ({})) }, '/batch'],
    ['no calls', { batch: [] }, '/batch'],
    ['no batch', {}, '/batch'],
    ['an object', { batch: {} }, '/batch'],
    [
      'a context for too many calls',
      { context: { text: 'x'.repeat(10_000) }, batch: Array.from({ length: 1_000 }, () => ({})) },
      '/context',
    ],
  ])('with %s is refused whole', async (_, body, place) => {
    const app = await startSegment();
    const answer = await app.trusted('/v1/batch', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ detail: expect.any(String), source: { pointer: place } }]);
  });

  test('of 500 KB is the largest', async () => {
    const app = await startSegment();
    const answer = await app.trusted('/v1/batch', `{"batch":[],"x":"${'x'.repeat(512_000)}"}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid', message: expect.stringContaining('512000 bytes') });
    const bomb = gzipSync(`{"batch":[],"x":"${'x'.repeat(50_000_000)}"}`);
    expect((await app.trusted('/v1/batch', bomb, { 'content-encoding': 'gzip' })).status).toBe(400);
  });

  test('of 2,500 wrong calls is answered one by one', async () => {
    const app = await startSegment();
    const { body } = await app.trusted('/v1/batch', { batch: Array.from({ length: 2_500 }, () => ({ a: 1 })) });
    expect(body.rejected).toHaveLength(2_500);
  });
});
