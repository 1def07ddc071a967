import { expect, inject, test, vi } from 'vitest';
import { solve } from '../domains/consent/opt-in/solve.ts';
import { admin } from '../support/deployed/admin.ts';
import { call, makeList, profileOf, timelineOf } from '../support/deployed/http.ts';
import { somebody } from '../support/deployed/klaviyo.ts';
import { redeploy } from '../support/deployed/redeploy.ts';

const company = () => `company_id=${inject('stack').companyId}`;
const profile = (attributes: object) => ({ data: { type: 'profile', attributes } });
const metric = (name: string) => ({ data: { type: 'metric', attributes: { name } } });

test("answers a browser's preflight from any site", async () => {
  const { status, headers } = await call('OPTIONS', `/client/events/?${company()}`, {
    headers: {
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'revision,x-klaviyo-onsite',
    },
  });
  expect(status).toBe(204);
  expect(headers.get('access-control-allow-origin')).toBe('*');
  // A star does not include Authorization (Fetch standard).
  expect(headers.get('access-control-allow-headers')?.split(/, ?/).toSorted()).toEqual([
    '*',
    'Authorization',
    'X-Retry-Count',
  ]);
});

test('lets a browser identify a visitor, send events and subscribe them', async () => {
  const email = somebody();
  const anonymous_id = crypto.randomUUID();
  const visit = {
    data: {
      type: 'event',
      attributes: { properties: { page: '/' }, metric: metric('Viewed Product'), profile: profile({ anonymous_id }) },
    },
  };
  expect((await call('POST', `/client/events/?${company()}`, { body: visit })).status).toBe(202);
  expect(
    (await call('POST', `/client/profiles/?${company()}`, { body: profile({ email, anonymous_id }) })).status,
  ).toBe(202);
  const backfill = {
    data: {
      type: 'event-bulk-create',
      attributes: {
        profile: profile({ anonymous_id }),
        events: {
          data: [1, 2, 3].map((n) => ({
            type: 'event',
            attributes: { properties: { n }, metric: metric('Viewed Product'), time: `2026-01-0${n}T00:00:00Z` },
          })),
        },
      },
    },
  };
  expect((await call('POST', `/client/event-bulk-create/?${company()}`, { body: backfill })).status).toBe(202);
  const subscription = {
    data: {
      type: 'subscription',
      attributes: { custom_source: 'Footer', profile: profile({ email }) },
      relationships: { list: { data: { type: 'list', id: await makeList() } } },
    },
  };
  expect((await call('POST', `/client/subscriptions/?${company()}`, { body: subscription })).status).toBe(202);

  const consentOf = async () => (await profileOf(email)).attributes.subscriptions.email.marketing.consent;
  await expect.poll(consentOf, { timeout: 60_000, interval: 500 }).toBe('SUBSCRIBED');
  expect(await timelineOf((await profileOf(email)).id)).toHaveLength(4);
});

test('issues a challenge that a browser can solve', async () => {
  const challenge = await call('GET', `/client/challenge?${company()}`);
  expect([challenge.status, challenge.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(await solve(challenge.body)).toMatch(/./);
});

test('refuses disposable mailboxes if the account says so', { timeout: 300_000 }, async () => {
  await admin('accounts', 'set', 'refuseDisposable=public');
  const list = await makeList();
  const subscribe = (email: string) =>
    call('POST', `/client/subscriptions?${company()}`, {
      body: {
        data: {
          type: 'subscription',
          attributes: { profile: profile({ email }) },
          relationships: { list: { data: { type: 'list', id: list } } },
        },
      },
    });
  // Functions read the settings when they start, and once a minute.
  await redeploy('consent');
  const refused = await vi.waitUntil(
    async () => {
      const answer = await subscribe('eve@mailinator.com');
      return answer.status === 202 ? undefined : answer;
    },
    { timeout: 90_000, interval: 2_000 },
  );
  expect([refused.status, refused.body.errors[0].meta.reason]).toEqual([400, 'disposable']);
  expect((await subscribe(somebody())).status).toBe(202);
});

test('opts a browser with GPC out of sharing, and stores it with the event', async () => {
  const email = somebody();
  const attributes = { properties: {}, metric: metric('Viewed Product'), profile: profile({ email }) };
  const body = { data: { type: 'event', attributes } };
  expect((await call('POST', `/client/events?${company()}`, { body, headers: { 'sec-gpc': '1' } })).status).toBe(202);
  const { id } = await profileOf(email);
  const answer = await call('GET', `/api/profiles/${id}/consent?channel=sharing&type=advertising`);
  expect(answer.body.data.attributes).toMatchObject({
    consent: 'UNSUBSCRIBED',
    entry: { attributes: { method: 'gpc' } },
  });
  expect((await timelineOf(id))[0].attributes.signals).toMatchObject({ gpc: true });
});

test('lets nobody take over a profile through a public endpoint', async () => {
  const [victim, thief] = [somebody(), somebody()];
  await call('POST', '/api/profiles', { body: profile({ email: victim, external_id: `id-${victim}` }) });

  const answer = await call('POST', `/client/profiles?${company()}`, {
    body: profile({ email: thief, external_id: `id-${victim}` }),
  });

  expect(answer).toMatchObject({ status: 202 });
  expect((await profileOf(victim)).attributes.external_id).toBe(`id-${victim}`);
  expect(await profileOf(thief)).toBeUndefined();
});

test('says what to do about an unknown company, a missing key and a wrong key', async () => {
  expect((await call('POST', '/client/events?company_id=AAAAAA', { body: {} })).status).toBe(404);
  expect((await call('GET', '/api/profiles', { headers: { authorization: '' } })).status).toBe(401);
  const wrong = await call('GET', '/api/profiles', { headers: { authorization: 'Klaviyo-API-Key pk_no' } });
  expect(wrong.body.errors[0]).toMatchObject({ code: 'not_authenticated', status: 401 });
});

test('serves health and the OpenAPI document without a key', async () => {
  expect((await call('GET', '/health')).body).toEqual({ status: 'ok' });
  expect((await call('GET', '/openapi.json')).body).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
});

test('stores five simultaneous copies of a request once', async () => {
  const email = somebody();
  const order = {
    data: {
      type: 'event',
      attributes: {
        properties: {},
        unique_id: 'o1',
        value: 5,
        metric: metric('Placed Order'),
        profile: profile({ email }),
      },
    },
  };

  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => call('POST', '/api/events', { body: order })));

  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  expect(await timelineOf((await profileOf(email)).id)).toHaveLength(1);
});

test('keeps the changes of two simultaneous writers of a profile', async () => {
  const email = somebody();
  const writes = Array.from({ length: 10 }, (_, i) =>
    call('POST', '/api/profile-import', { body: profile({ email, properties: { [`p${i}`]: i } }) }),
  );

  const answers = await Promise.all(writes);

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(Object.keys((await profileOf(email)).attributes.properties)).toHaveLength(10);
});

test('gives an address claimed by two profiles at once to one, and names it to the other', async () => {
  const email = somebody();
  const claims = [1, 2].map((n) =>
    call('POST', '/api/profiles', { body: profile({ email, external_id: `${n}-${email}` }) }),
  );

  const [made, refused] = (await Promise.all(claims)).sort((a, b) => a.status - b.status);

  expect([made?.status, refused?.status]).toEqual([201, 409]);
  expect(refused?.body.errors[0].meta.duplicate_profile_id).toBe(made?.body.data.id);
  expect((await profileOf(email)).attributes.external_id).toBe(made?.body.data.attributes.external_id);
});

test('continues with code that is deployed past CloudFormation, as by `npm run dev`', async () => {
  await redeploy('system');
  expect((await call('GET', '/health')).body).toEqual({ status: 'ok' });
});
