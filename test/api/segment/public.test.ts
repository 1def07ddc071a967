import { describe, expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { markErased } from '../../../functions/domains/erased/actions.ts';
import { order, startSegment } from './send.ts';

const person = { userId: 'u1', anonymousId: 'a1', traits: { email: 'ada@example.com', title: 'Eve' } };
const visit = { anonymousId: 'a1', event: 'Product Viewed', messageId: 'm1', properties: { product_id: 'p1' } };

const people = ['known', 'unknown', 'erased'] as const;

/** A shop that knows a person, or does not. */
const startWith = async (who: (typeof people)[number]) => {
  const app = await startSegment();
  // The metric is there in any case.
  await app.trusted('/v1/track', { ...order, userId: 'somebody' });
  await markErased([{ kind: 'email', value: 'other@example.com' }], 'job', app.context());
  if (who === 'known') {
    await app.trusted('/v1/identify', { userId: 'u1', traits: { email: 'ada@example.com', title: 'Countess' } });
    await app.trusted('/v1/track', { ...order, userId: 'u1' });
  }
  if (who === 'erased')
    await markErased(
      [
        { kind: 'external_id', value: 'u1' },
        { kind: 'email', value: 'ada@example.com' },
      ],
      'job',
      app.context(),
    );
  // The cached account is read again after a minute.
  app.at('2026-01-01T00:05:00Z');
  return app;
};

describe('a public write key', () => {
  test('claims no user id, and changes nothing of who is known', async () => {
    const app = await startWith('known');
    await app.open('/v1/i', { ...person, anonymousId: 'eve' });
    await app.open('/v1/i', { userId: 'fresh', anonymousId: 'a2', traits: { title: 'New' } });
    const { body } = await app.trusted('/v1/track', { ...order, messageId: 'm9', userId: 'fresh' });
    expect(body.accepted).toBe(1);
    const persons = (await app.events()).map(({ person: { external_id, title } }) => `${external_id} ${title}`);
    expect(persons.toSorted()).toEqual(['fresh null', 'somebody null', 'u1 Countess']);
  });

  test('joins nobody by an alias', async () => {
    const app = await startWith('known');
    await app.trusted('/v1/identify', { userId: 'u2', traits: { email: 'bob@example.com' } });
    expect((await app.open('/v1/a', { userId: 'u2', previousId: 'u1' })).body).toMatchObject({ accepted: 1 });
    await app.trusted('/v1/track', { ...order, messageId: 'm2', userId: 'u2' });
    expect((await app.events()).map(({ person: { email } }) => email)).toEqual(
      expect.arrayContaining(['ada@example.com', 'bob@example.com']),
    );
  });

  test('gets the same answers about known, unknown and erased people', async () => {
    const requests = [
      ['/v1/i', person],
      ['/v1/i', { userId: 'u1' }],
      ['/v1/t', { ...visit, userId: 'u1' }],
      ['/v1/t', { ...visit, userId: 'u1' }],
      ['/v1/t', { ...visit, userId: 'u1', properties: {} }],
      ['/v1/t', { ...order, userId: 'u1' }],
      ['/v1/p', { ...person, name: 'Home', context: { traits: person.traits } }],
      ['/v1/g', { userId: 'u1', groupId: 'g1' }],
      ['/v1/a', { userId: 'u1', previousId: 'a9' }],
      ['/v1/b', { batch: [{ type: 'identify', ...person }, order, { ...order, event: undefined }] }],
    ] as const;
    const seen = await Promise.all(
      people.map(async (who) => {
        const app = await startWith(who);
        const answers: unknown[] = [];
        for (const [i, [path, body]] of requests.entries()) {
          app.at(new Date(Date.UTC(2026, 0, 1, 0, 6, i)).toISOString());
          for (const gpc of [{}, { 'sec-gpc': '1' }] as const) {
            app.requests.length = 0;
            const { status, body: answer } = await app.open(path, body, gpc);
            const lengths = answer.receipts.map((receipt: string | null) => receipt?.length);
            answers.push([path, status, { ...answer, receipts: lengths }, app.requests.join(' ')]);
          }
        }
        return answers;
      }),
    );
    expect(seen[0]).toHaveLength(20);
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  test('knows at most twenty people in a batch', async () => {
    const app = await startSegment();
    const batch = Array.from({ length: 22 }, (_, i) => ({
      ...visit,
      type: 'track',
      messageId: `m${i}`,
      anonymousId: `a${i}`,
    }));
    const { body } = await app.open('/v1/b', { batch });
    expect(body).toMatchObject({ accepted: 20, rejected: [{ index: 20, code: 'invalid' }, { index: 21 }] });
  });

  test('is limited by network, with the time to come back', async () => {
    const app = await startSegment();
    await changeAccount(app.account, { networkLimits: { burst: 1, steady: 100 } }, app.services);
    app.at('2026-01-01T00:05:00Z');
    expect((await app.open('/v1/t', visit)).status).toBe(200);
    const refused = await app.open('/v1/t', visit);
    expect(refused.status).toBe(429);
    expect(refused.headers['Retry-After']).toBe('1');
    expect(refused.body).toMatchObject({ success: false, code: 'throttled', message: expect.any(String) });
  });

  test('is for the pages of the websites that the account lists', async () => {
    const app = await startSegment();
    await changeAccount(app.account, { websites: ['https://shop.example'] }, app.services);
    app.at('2026-01-01T00:05:00Z');
    const from = (origin: string) => app.open('/v1/t', visit, { origin });
    expect((await from('https://shop.example')).status).toBe(200);
    expect((await from('https://evil.example')).status).toBe(403);
  });

  test('stores no robots on websites, and says nothing of it', async () => {
    const app = await startSegment();
    const robot = { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' };
    const page = { origin: 'https://shop.example', ...robot };
    expect((await app.open('/v1/t', visit, page)).body).toMatchObject({ accepted: 1 });
    const library = { context: { library: { name: 'analytics.js' } } };
    expect((await app.open('/v1/t', { ...visit, ...library }, robot)).body).toMatchObject({ accepted: 1 });
    expect(await app.events()).toEqual([]);
    await app.open('/v1/t', visit, robot);
    expect(await app.events()).toHaveLength(1);
  });
});

describe('an alias of a server', () => {
  const track = (userId: object, n: number) => ({
    ...order,
    ...userId,
    messageId: `t${n}`,
    userId: undefined,
    ...userId,
  });

  test('merges a visitor into the user', async () => {
    const app = await startSegment();
    await app.trusted('/v1/track', track({ anonymousId: 'a1' }, 1));
    await app.trusted('/v1/identify', { userId: 'u1', traits: { email: 'ada@example.com' } });
    const { body } = await app.trusted('/v1/alias', { userId: 'u1', previousId: 'a1' });
    expect(body.accepted).toBe(1);
    expect((await app.trusted('/v1/alias', { userId: 'u1', previousId: 'a1' })).body.accepted).toBe(1);
    expect((await app.events()).map(({ person: { email } }) => email)).toEqual(['ada@example.com']);
  });

  test('merges a visitor whose first event is stored at the same time', async () => {
    const app = await startSegment();
    for (let n = 0; n < 10; n++) {
      const [userId, anonymousId] = [`u${n}`, `a${n}`];
      await Promise.all([
        app.trusted('/v1/alias', { userId, previousId: anonymousId }),
        app.trusted('/v1/track', track({ anonymousId }, n)),
        app.trusted('/v1/track', track({ userId }, n + 100)),
      ]);
    }
    const ids = (await app.events()).map(({ person: { external_id } }) => external_id);
    expect(ids.toSorted()).toEqual(Array.from({ length: 20 }, (_, i) => `u${Math.floor(i / 2)}`));
  });

  test('gives a user id to a visitor, and another one to a user', async () => {
    const app = await startSegment();
    await app.trusted('/v1/track', track({ anonymousId: 'a1' }, 1));
    await app.trusted('/v1/alias', { userId: 'u1', previousId: 'a1' });
    expect((await app.events()).map(({ person: { external_id } }) => external_id)).toEqual(['u1']);
    await app.trusted('/v1/alias', { userId: 'u2', previousId: 'u1' });
    expect((await app.events()).map(({ person: { external_id } }) => external_id)).toEqual(['u2']);
  });

  test('merges two known people only with the scope for it', async () => {
    const app = await startSegment({ scopes: ['events:write', 'events:read', 'profiles:read', 'metrics:read'] });
    for (const userId of ['u1', 'u2']) await app.trusted('/v1/track', track({ userId }, 1));
    const { body } = await app.trusted('/v1/alias', { userId: 'u2', previousId: 'u1' });
    expect(body).toMatchObject({ accepted: 0, rejected: [{ index: 0, code: 'permission_denied' }] });
    expect((await app.events()).map(({ person: { external_id } }) => external_id).toSorted()).toEqual(['u1', 'u2']);
  });
});

test('an erased person is not stored, and the answer to a server says so', async () => {
  const app = await startWith('erased');
  const { body } = await app.trusted('/v1/batch', {
    batch: [order, { type: 'identify', ...person }, { ...order, messageId: 'm2', userId: 'u2' }],
  });
  expect(body).toMatchObject({
    accepted: 1,
    rejected: [
      { index: 0, code: 'erased' },
      { index: 1, code: 'erased' },
    ],
  });
});
