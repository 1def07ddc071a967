import { describe, expect, test } from 'vitest';
import { consent } from '../../../../functions/services/consent.ts';
import { profiles } from '../../../../functions/services/profiles.ts';
import { startApp } from '../../../support/app.ts';
import { bulk, subscribeTo, unsubscribeFrom } from '../requests.ts';

const SUBSCRIBE = '/api/profile-subscription-bulk-create-jobs';
const UNSUBSCRIBE = '/api/profile-subscription-bulk-delete-jobs';
const SUPPRESS = '/api/profile-suppression-bulk-create-jobs';
const at = (i: number, rest: string): string => `/data/attributes/profiles/data/${i}/${rest}`;
const email = 'ada@example.com';

interface Told {
  readonly source: { readonly pointer?: string; readonly parameter?: string };
}
const placesIn = (body: { readonly errors: readonly Told[] }) =>
  body.errors.map(({ source }) => source.pointer ?? source.parameter).toSorted();

const all = { ...consent, routes: { ...consent.routes, ...profiles.routes } };
const consentOf = async (app: Awaited<ReturnType<typeof startApp>>, address: string): Promise<string | undefined> => {
  const [one] = (
    await app.get(`/api/profiles?filter=equals(email,"${address}")&additional-fields[profile]=subscriptions`)
  ).body.data;
  return one?.attributes.subscriptions.email.marketing.consent;
};

const bad = [
  { email: 'nobody', subscriptions: subscribeTo('email.marketing') },
  { subscriptions: subscribeTo('email.marketing') },
  { email, emial: email, subscriptions: subscribeTo('email.marketing') },
];

describe('reports problems of entries together with problems of the request', () => {
  const entries = [at(0, 'attributes/email'), at(1, 'attributes/email'), at(2, 'attributes/emial')];

  test.each([
    ['its type', (body: { data: object }) => ({ data: { ...body.data, type: 'job' } }), '', '/data/type'],
    ['an unknown member', (body: object) => ({ ...body, extra: 1 }), '', '/extra'],
    ['a query parameter', (body: object) => body, '?lang=de', 'lang'],
  ])('of the request: %s', async (_, change, query, place) => {
    const app = await startApp(all);
    const { status, body } = await app.post(SUBSCRIBE + query, change(bulk(bad)));
    expect([status, placesIn(body)]).toEqual([400, [place, ...entries].toSorted()]);
  });

  test('an unknown list', async () => {
    const app = await startApp(all);
    const { status, body } = await app.post(
      SUBSCRIBE,
      bulk([...bad, { email, subscriptions: subscribeTo('email.marketing') }], { list: 'none' }),
    );
    expect([status, placesIn(body)]).toEqual([400, ['/data/relationships/list/data/id', ...entries].toSorted()]);
    expect(await consentOf(app, email)).toBeUndefined();
  });

  test('a missing time, although the request has the wrong type', async () => {
    const app = await startApp(all);
    const { data } = bulk([{ email, subscriptions: subscribeTo('email.marketing') }], { historical: true });
    const { body } = await app.post(SUBSCRIBE, { data: { ...data, type: 'job' } });
    expect(placesIn(body)).toEqual(
      ['/data/type', at(0, 'attributes/subscriptions/email/marketing/consented_at')].toSorted(),
    );
  });

  test('addresses of a suppression job', async () => {
    const app = await startApp(all);
    const data = [{ type: 'profile', attributes: { email: 'nobody' } }];
    const list = { data: { type: 'list', id: 'x' } };
    const { body } = await app.post(SUPPRESS, {
      data: {
        type: 'profile-suppression-bulk-create-job',
        attributes: { profiles: { data } },
        relationships: { list },
      },
    });
    expect(placesIn(body)).toEqual(['/data/relationships/list', at(0, 'attributes/email')].toSorted());
  });

  test('the person of a form', async () => {
    const app = await startApp(all);
    const { body } = await app.post(`/client/subscriptions?company_id=${app.account}`, {
      data: {
        type: 'subscription',
        attributes: { profile: { data: { type: 'profile', attributes: { email: 'nobody' } } } },
      },
    });
    expect(placesIn(body)).toEqual(
      ['/data/attributes/profile/data/attributes/email', '/data/relationships'].toSorted(),
    );
  });
});

describe('applies the other entries when one has an unknown member', () => {
  test('subscribing', async () => {
    const app = await startApp(all);
    const good = { email: 'bob@example.com', subscriptions: subscribeTo('email.marketing') };
    const { status, body } = await app.post(SUBSCRIBE, bulk([bad[2] ?? {}, good]));
    expect([status, placesIn(body)]).toEqual([400, [at(0, 'attributes/emial')]]);
    expect(body.errors[0].detail).toMatch(/Did you mean `email`/);
    expect([await consentOf(app, email), await consentOf(app, 'bob@example.com')]).toEqual([undefined, 'SUBSCRIBED']);
  });

  test('unsubscribing', async () => {
    const app = await startApp(all);
    const people = [
      { email, loyalty: 1, subscriptions: unsubscribeFrom('email.marketing') },
      { email: 'bob@example.com', subscriptions: unsubscribeFrom('email.marketing') },
    ];
    const { body } = await app.post(UNSUBSCRIBE, bulk(people, { type: 'delete' }));
    expect(placesIn(body)).toEqual([at(0, 'attributes/loyalty')]);
    expect(await consentOf(app, 'bob@example.com')).toBe('UNSUBSCRIBED');
  });

  test('suppressing', async () => {
    const app = await startApp(all);
    const data = [
      { type: 'profile', attributes: { email, name: 'Ada' } },
      { type: 'profile', attributes: { email: 'bob@example.com' } },
    ];
    const { status, body } = await app.post(SUPPRESS, {
      data: { type: 'profile-suppression-bulk-create-job', attributes: { profiles: { data } } },
    });
    expect([status, placesIn(body)]).toEqual([400, [at(0, 'attributes/name')]]);
    const job = await app.get(`${SUPPRESS}/${body.errors[0].meta.job_id}`);
    expect(job.body.data.attributes).toMatchObject({ total_count: 1, completed_count: 1 });
  });

  test('applies no entry when there are more problems than can be reported', async () => {
    const app = await startApp(all);
    const people = Array.from({ length: 700 }, (_, i) => ({
      email: `p${i}@example.com`,
      a: 1,
      b: 2,
      subscriptions: subscribeTo('email.marketing'),
    }));
    const { status } = await app.post(SUBSCRIBE, bulk(people));
    expect([status, await consentOf(app, 'p699@example.com')]).toEqual([400, undefined]);
  });
});
