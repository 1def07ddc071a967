import { describe, expect, test } from 'vitest';
import type { ServiceDeclaration } from '../../../../functions/platform/service/service.ts';
import { consent } from '../../../../functions/services/consent.ts';
import { lists } from '../../../../functions/services/lists.ts';
import { profiles } from '../../../../functions/services/profiles.ts';
import { startApp } from '../../../support/app.ts';
import { create } from '../../profiles/people.ts';
import { bulk, subscribeTo, unsubscribeFrom } from '../requests.ts';

const service: ServiceDeclaration = { ...consent, routes: { ...profiles.routes, ...lists.routes, ...consent.routes } };

const SUBSCRIBE = '/api/profile-subscription-bulk-create-jobs';
const UNSUBSCRIBE = '/api/profile-subscription-bulk-delete-jobs';
type Person = Readonly<Record<string, unknown>>;

const ann = { email: 'ann@example.com', phone_number: '+4930123456' };
const bob = { email: 'bob@example.com', phone_number: '+4930654321' };
const both = ['email.marketing', 'sms.marketing'];

const start = async () => {
  const app = await startApp(service);
  const find = async (field: string, value: string) => {
    const filter = encodeURIComponent(`equals(${field},"${value}")`);
    return (await app.get(`/api/profiles?filter=${filter}&additional-fields[profile]=subscriptions`)).body.data[0];
  };
  const said = async (field: 'email' | 'phone_number', value: string) => {
    const { email, sms } = (await find(field, value))?.attributes.subscriptions ?? {};
    return [email?.marketing.consent, sms?.marketing.consent];
  };
  let second = 1;
  const call = (path: string, people: readonly Person[], list?: string) => {
    app.at(new Date(Date.UTC(2026, 0, 1, 0, 0, second++)).toISOString());
    const type = path === SUBSCRIBE ? 'create' : 'delete';
    return app.post(path, bulk([...people], { type, ...(list && { list }) }));
  };
  return {
    ...app,
    find,
    said,
    subscribe: (...people: readonly Person[]) => call(SUBSCRIBE, people),
    unsubscribe: (...people: readonly Person[]) => call(UNSUBSCRIBE, people),
    leave: (list: string, ...people: readonly Person[]) => call(UNSUBSCRIBE, people, list),
    /** Two people, both subscribed to everything. */
    two: async () => {
      const ids = [await create(app, ann), await create(app, bob)];
      const all = [ann, bob].map((one) => ({ ...one, subscriptions: subscribeTo(...both) }));
      expect((await call(SUBSCRIBE, all)).status).toBe(202);
      return ids;
    },
  };
};

describe('an opt-out', () => {
  test('does not change the number of the profile', async () => {
    const app = await start();
    const [id] = await app.two();

    const person = { email: ann.email, phone_number: '+4930999999' };
    const { status } = await app.unsubscribe({ ...person, subscriptions: unsubscribeFrom('email.marketing') });

    expect(status).toBe(202);
    const found = await app.find('email', ann.email);
    expect([found.id, found.attributes.phone_number]).toEqual([id, ann.phone_number]);
    expect(await app.said('email', ann.email)).toEqual(['UNSUBSCRIBED', 'SUBSCRIBED']);
    expect(await app.find('phone_number', '+4930999999')).toBeUndefined();
  });

  test.each([
    ['both channels', both, ['UNSUBSCRIBED', 'SUBSCRIBED'], ['SUBSCRIBED', 'UNSUBSCRIBED']],
    ['e-mail alone', ['email.marketing'], ['UNSUBSCRIBED', 'SUBSCRIBED'], ['SUBSCRIBED', 'SUBSCRIBED']],
    ['SMS alone', ['sms.marketing'], ['SUBSCRIBED', 'SUBSCRIBED'], ['SUBSCRIBED', 'UNSUBSCRIBED']],
  ])(
    'from %s applies to each owner, given the address of one and the number of another',
    async (_, topics, hers, his) => {
      const app = await start();
      await app.two();

      const person = { email: ann.email, phone_number: bob.phone_number };
      const { status } = await app.unsubscribe({ ...person, subscriptions: unsubscribeFrom(...topics) });

      expect(status).toBe(202);
      expect(await app.said('email', ann.email)).toEqual(hers);
      expect(await app.said('email', bob.email)).toEqual(his);
      expect((await app.find('email', ann.email)).attributes.phone_number).toBe(ann.phone_number);
      expect((await app.find('phone_number', bob.phone_number)).attributes.email).toBe(bob.email);
    },
  );

  test.each([
    ['number', { email: ann.email, phone_number: '0171 nonsense' }, 'email.marketing'],
    ['address', { email: 'not an address', phone_number: ann.phone_number }, 'sms.marketing'],
  ])('with a wrong %s that it does not need is applied, and reports the omission', async (_, person, topic) => {
    const app = await start();
    await app.two();
    const { status, headers } = await app.unsubscribe({ ...person, subscriptions: unsubscribeFrom(topic) });
    expect(status).toBe(202);
    expect(headers['Tributary-Left-Out']).toMatch(/^(email|phone_number)=1; profiles="0"$/);
    const [mail, sms] = await app.said('email', ann.email);
    expect(topic.startsWith('email') ? [mail, sms] : [sms, mail]).toEqual(['UNSUBSCRIBED', 'SUBSCRIBED']);
  });

  test('with a wrong number that it needs is refused, and the others are applied', async () => {
    const app = await start();
    await app.two();
    const { status, body } = await app.unsubscribe(
      { email: ann.email, phone_number: '0171 nonsense', subscriptions: unsubscribeFrom(...both) },
      { id: 'nobody', subscriptions: unsubscribeFrom('email.marketing') },
      { email: bob.email, subscriptions: unsubscribeFrom('email.marketing') },
    );
    expect(status).toBe(400);
    expect(body.errors.map(({ source }: { source: { pointer: string } }) => source.pointer)).toEqual([
      '/data/attributes/profiles/data/0/attributes/phone_number',
      '/data/attributes/profiles/data/1/id',
    ]);
    expect(await app.said('email', bob.email)).toEqual(['UNSUBSCRIBED', 'SUBSCRIBED']);
    expect(await app.said('email', ann.email)).toEqual(['SUBSCRIBED', 'SUBSCRIBED']);
  });

  test('of an unowned number is stored under the number, regardless of the owner of the address', async () => {
    const app = await start();
    await app.two();
    const person = { email: ann.email, phone_number: '+4930999999' };
    await app.unsubscribe({ ...person, subscriptions: unsubscribeFrom(...both) });
    expect(await app.said('email', ann.email)).toEqual(['UNSUBSCRIBED', 'SUBSCRIBED']);
    expect(await app.said('phone_number', '+4930999999')).toEqual(['NEVER_SUBSCRIBED', 'UNSUBSCRIBED']);
  });

  test('by an id and the number of another changes only the consent of both', async () => {
    const app = await start();
    const [id] = await app.two();
    const person = { id, phone_number: bob.phone_number, subscriptions: unsubscribeFrom(...both) };
    expect((await app.unsubscribe(person)).status).toBe(202);
    expect(await app.said('email', ann.email)).toEqual(['UNSUBSCRIBED', 'SUBSCRIBED']);
    expect(await app.said('email', bob.email)).toEqual(['SUBSCRIBED', 'UNSUBSCRIBED']);
    expect((await app.find('email', ann.email)).attributes.phone_number).toBe(ann.phone_number);
  });

  test("from a list ends each owner's membership", async () => {
    const app = await start();
    const [id] = await app.two();
    await app.post('/api/lists', { data: { type: 'list', attributes: { name: 'News' } } });
    const list = (await app.get('/api/lists')).body.data[0].id;
    await app.post(`/api/lists/${list}/relationships/profiles`, { data: [{ type: 'profile', id }] });

    const person = { email: ann.email, phone_number: bob.phone_number };
    await app.leave(list, { ...person, subscriptions: unsubscribeFrom(...both) });

    expect((await app.get(`/api/lists/${list}/profiles`)).body.data).toEqual([]);
    expect(await app.said('email', ann.email)).toEqual(['SUBSCRIBED', 'SUBSCRIBED']);
    expect(await app.said('email', bob.email)).toEqual(['SUBSCRIBED', 'UNSUBSCRIBED']);
  });
});

describe('an opt-in', () => {
  test('applies to each owner, given the address of one and the number of another', async () => {
    const app = await start();
    await create(app, ann);
    await create(app, bob);

    const person = { email: ann.email, phone_number: bob.phone_number };
    const { status, headers } = await app.subscribe({ ...person, subscriptions: subscribeTo(...both) });

    expect([status, headers['Tributary-Left-Out']]).toEqual([202, 'phone_number=1; profiles="0"']);
    expect(await app.said('email', ann.email)).toEqual(['SUBSCRIBED', 'NEVER_SUBSCRIBED']);
    expect(await app.said('email', bob.email)).toEqual(['NEVER_SUBSCRIBED', 'SUBSCRIBED']);
  });

  test('gives a number to a person without one, and replaces none', async () => {
    const app = await start();
    await create(app, { email: ann.email });
    const first = { ...ann, subscriptions: subscribeTo(...both) };
    expect((await app.subscribe(first)).headers['Tributary-Left-Out']).toBeUndefined();
    const other = { email: ann.email, phone_number: '+4930999999', subscriptions: subscribeTo(...both) };
    expect((await app.subscribe(other)).headers['Tributary-Left-Out']).toBe('phone_number=1; profiles="0"');
    expect((await app.find('email', ann.email)).attributes.phone_number).toBe(ann.phone_number);
    expect(await app.said('phone_number', '+4930999999')).toEqual(['NEVER_SUBSCRIBED', 'SUBSCRIBED']);
  });

  test('that is wrong does not prevent the others', async () => {
    const app = await start();
    const { status, body } = await app.subscribe(
      { email: 'not an address', subscriptions: subscribeTo('email.marketing') },
      { ...ann, subscriptions: subscribeTo('email.marketing') },
      { email: bob.email, subscriptions: {} },
    );
    expect(status).toBe(400);
    expect(body.errors.map(({ source }: { source: { pointer: string } }) => source.pointer)).toEqual([
      '/data/attributes/profiles/data/0/attributes/email',
      '/data/attributes/profiles/data/2/attributes/subscriptions',
    ]);
    expect(await app.said('email', ann.email)).toEqual(['SUBSCRIBED', 'NEVER_SUBSCRIBED']);
  });
});

test.each([
  ['create', true],
  ['delete', false],
])('a suppression job (%s) applies the valid addresses, and reports the others', async (kind, isSuppressed) => {
  const app = await start();
  await create(app, ann);
  const type = `profile-suppression-bulk-${kind}-job`;
  const body = (emails: readonly string[]) => ({
    data: {
      type,
      attributes: { profiles: { data: emails.map((email) => ({ type: 'profile', attributes: { email } })) } },
    },
  });
  const first = { ...body([ann.email]).data, type: 'profile-suppression-bulk-create-job' };
  if (!isSuppressed) await app.post('/api/profile-suppression-bulk-create-jobs', { data: first });

  const answer = await app.post(`/api/${type}s`, body(['not an address', ann.email]));

  expect(answer.status).toBe(400);
  expect(answer.body.errors).toMatchObject([
    { source: { pointer: '/data/attributes/profiles/data/0/attributes/email' } },
  ]);
  const { suppression } = (await app.find('email', ann.email)).attributes.subscriptions.email.marketing;
  expect(suppression.length > 0).toBe(isSuppressed);
});
