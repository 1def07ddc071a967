import { describe, expect, test } from 'vitest';
import { callTypes } from '../../../functions/api/segment/calls/call.ts';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { startSegment } from './send.ts';

const call = { anonymousId: 'a1', event: 'Opened', userId: 'u1', previousId: 'a1', groupId: 'g1', name: 'x' };
const encoded = (content: unknown) => encodeURIComponent(Buffer.from(JSON.stringify(content)).toString('base64'));

describe("the settings of Segment's script", () => {
  test('lead it to this host, and are kept by browsers', async () => {
    const app = await startSegment();
    const { status, headers, body } = await app.get(`/v1/projects/${app.account}/settings`, { authorization: '' });
    expect(status).toBe(200);
    expect(headers['cache-control']).toContain('public');
    expect(body.integrations['Segment.io']).toMatchObject({
      apiKey: app.account,
      apiHost: 'api.test/v1',
      protocol: 'https',
    });
  });

  test('are for accounts only, and a private key is no part of a URL', async () => {
    const app = await startSegment();
    for (const writeKey of ['zzzzzz', app.key, 'a%23b'])
      expect((await app.get(`/v1/projects/${writeKey}/settings`, { authorization: '' })).status).toBe(401);
  });

  test('count against no limit', async () => {
    const app = await startSegment();
    await changeAccount(app.account, { networkLimits: { burst: 1, steady: 1 } }, app.services);
    app.at('2026-01-01T00:05:00Z');
    for (let i = 0; i < 3; i++)
      expect((await app.get(`/v1/projects/${app.account}/settings`, { authorization: '' })).status).toBe(200);
  });
});

describe('a pixel', () => {
  test.each(callTypes)('%s is stored, and answered by an image', async (type) => {
    const app = await startSegment();
    const path = `/v1/pixel/${type}?data=${encoded({ ...call, writeKey: app.account })}`;
    const { status, headers, text } = await app.get(path, { authorization: '' });
    expect([status, headers['content-type']]).toEqual([200, 'image/gif']);
    expect(Buffer.from(text, 'base64').subarray(0, 3).toString()).toBe('GIF');
    expect(await app.events()).toHaveLength(type === 'identify' || type === 'alias' ? 0 : 1);
  });

  test.each([
    ['nothing', () => '', 400],
    ['no JSON', () => 'data=abc', 400],
    ['a list', (key: string) => `data=${encoded([key])}`, 401],
    ['no key', () => `data=${encoded(call)}`, 401],
    ['no event', (key: string) => `data=${encoded({ anonymousId: 'a1', writeKey: key })}`, 400],
  ])('of %s is refused', async (_, query, status) => {
    const app = await startSegment();
    const answer = await app.get(`/v1/pixel/track?${query(app.account)}`, { authorization: '' });
    expect([answer.status, answer.body.success]).toEqual([status, false]);
  });

  test('carries no private key', async () => {
    const app = await startSegment();
    const path = `/v1/pixel/track?data=${encoded({ ...call, writeKey: app.key })}`;
    expect((await app.get(path, { authorization: '' })).status).toBe(401);
    expect(await app.events()).toEqual([]);
  });
});
