import { expect, test } from 'vitest';
import { changeAccount } from '../../functions/domains/accounts/actions.ts';
import { readSubscriptions, readSuppressions, suppress } from '../../functions/domains/consent/actions.ts';
import { findPerson } from '../../functions/domains/privacy/subjects/find-person.ts';
import { readIdentifierOwners } from '../../functions/domains/profiles/records/resolve.ts';
import { consent } from '../../functions/services/consent.ts';
import { events } from '../../functions/services/events.ts';
import { profiles } from '../../functions/services/profiles.ts';
import { linkIn, startPages } from '../api/pages/visit.ts';
import { personWith } from '../domains/consent/people.ts';
import { bulk, subscribeTo } from '../domains/consent/requests.ts';
import { startApp } from '../support/app.ts';

const all = { ...profiles, routes: { ...profiles.routes, ...events.routes, ...consent.routes } };
const email = 'ada@example.com';
const address = { kind: 'email', value: email } as const;

const event = (person: object, more: object = {}) => ({
  data: {
    type: 'event',
    attributes: {
      metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
      profile: { data: { type: 'profile', attributes: person } },
      properties: {},
      ...more,
    },
  },
});
const person = (attributes: object) => ({ data: { type: 'profile', attributes } });

const start = async (settings: Parameters<typeof changeAccount>[1] = {}) => {
  const app = await startApp(all, { lists: ['news'] });
  if (Object.keys(settings).length > 0) await changeAccount(app.account, settings, app.services);
  const fromBrowser = (path: string, body: object) => app.post(`/client/${path}?company_id=${app.account}`, body);
  const ownerOf = async (identifiers: Parameters<typeof readIdentifierOwners>[0]) =>
    (await readIdentifierOwners(identifiers, app.context()))[0]?.owner;
  const eventsOf = async (id: string | undefined) =>
    (await app.get(`/api/events?filter=equals(profile_id,"${id}")`)).body.data;
  return { app, fromBrowser, ownerOf, eventsOf };
};

test('a server’s event replaces the public one with its unique_id, at its own time, however often each is sent', async () => {
  const { app, fromBrowser, ownerOf, eventsOf } = await start();
  const squatted = event({ email }, { unique_id: 'order-1001', value: 1, time: '2025-06-01T00:00:00Z' });
  const real = event({ email }, { unique_id: 'order-1001', value: 199.9, time: '2025-12-31T00:00:00Z' });
  for (let i = 0; i < 2; i++) expect((await fromBrowser('events', squatted)).status).toBe(202);
  const told = [await app.post('/api/events', real), await app.post('/api/events', real)];
  expect((await fromBrowser('events', squatted)).status).toBe(202);
  await app.post('/api/events', event({ email }, { unique_id: 'order-1001', value: 5 }));
  // At the same time, and alone.
  await fromBrowser('events', event({ email }, { unique_id: 'o2', value: 1, time: '2025-06-01T00:00:00Z' }));
  await app.post('/api/events', event({ email }, { unique_id: 'o2', value: 2, time: '2025-06-01T00:00:00Z' }));
  await fromBrowser('events', event({ email }, { unique_id: 'o3', value: 3 }));

  expect(told.map(({ headers }) => headers['Tributary-Event']?.split('=')[1])).toEqual(['false', 'true']);
  const stored = await eventsOf(await ownerOf({ email }));
  const values = stored.map(({ attributes }: { attributes: { datetime: string; event_properties: object } }) => [
    attributes.datetime.slice(0, 10),
    Object.values(attributes.event_properties)[0],
  ]);
  expect(values.toSorted()).toEqual([
    ['2025-06-01', 2],
    ['2025-12-31', 199.9],
    ['2026-01-01', 3],
  ]);
});

test.each(['profiles', 'events', 'subscriptions'])(
  'a person keeps their browsers whatever public calls send to /client/%s; a server may replace them',
  async (path) => {
    const { app, fromBrowser, ownerOf } = await start();
    await app.post('/api/profile-import', person({ email, anonymous_id: 'hers' }));
    await fromBrowser('profiles', person({ email, anonymous_id: 'hers at work' }));
    for (let i = 0; i < 25; i++) {
      const junk = { email, anonymous_id: `junk ${i}` };
      const body =
        path === 'profiles' ? person(junk) : path === 'events' ? event(junk) : subscription({ ...junk }, 'news');
      expect((await fromBrowser(path, body)).status).toBe(202);
    }
    const owner = await ownerOf({ email });
    expect(await ownerOf({ anonymous_id: 'hers' })).toBe(owner);
    expect(await ownerOf({ anonymous_id: 'hers at work' })).toBe(owner);
    expect(await ownerOf({ anonymous_id: 'junk 24' })).toBeUndefined();

    await app.post('/api/profile-import', person({ email, anonymous_id: 'new' }));
    expect(await ownerOf({ anonymous_id: 'new' })).toBe(owner);
  },
);

test('public merges take no browsers from a person either', async () => {
  const { fromBrowser, ownerOf } = await start({ onSeveralProfiles: 'merge', identifierCaps: { anonymous_id: 3 } });
  await fromBrowser('profiles', person({ email, anonymous_id: 'hers' }));
  for (let i = 0; i < 5; i++) {
    await fromBrowser('profiles', person({ anonymous_id: `junk ${i}` }));
    await fromBrowser('profiles', person({ email, anonymous_id: `junk ${i}` }));
  }
  expect(await ownerOf({ anonymous_id: 'hers' })).toBe(await ownerOf({ email }));
});

test('only a server assigns an external id: public calls refer to it, and can’t claim it', async () => {
  const { app, fromBrowser, ownerOf, eventsOf } = await start();
  await fromBrowser('profiles', person({ email: 'eve@example.com', external_id: 'customer-1' }));
  await fromBrowser('events', event({ email: 'eve@example.com', external_id: 'customer-1' }));
  await fromBrowser('events', event({ external_id: 'customer-1' }));
  expect(await ownerOf({ external_id: 'customer-1' })).toBeUndefined();

  const { status } = await app.post('/api/profile-import', person({ email, external_id: 'customer-1' }));
  expect(status).toBe(201);
  const customer = await ownerOf({ external_id: 'customer-1' });
  expect(customer).toBe(await ownerOf({ email }));
  expect(await eventsOf(customer)).toEqual([]);
  // The right id identifies the person.
  await fromBrowser('events', event({ external_id: 'customer-1' }, { value: 7 }));
  expect(await eventsOf(customer)).toHaveLength(1);
});

test('a person known only by public calls is one profile per external id, found by access requests', async () => {
  const { app, fromBrowser, ownerOf, eventsOf } = await start();
  for (const value of [1, 2]) await fromBrowser('events', event({ external_id: 'customer-2' }, { value }));
  const owner = await ownerOf({ anonymous_id: 'external_id:customer-2' });
  expect(await eventsOf(owner)).toHaveLength(2);
  // Another person in the same browser.
  await fromBrowser('events', event({ external_id: 'customer-2', anonymous_id: 'shared' }));
  await fromBrowser('events', event({ external_id: 'customer-3', anonymous_id: 'shared' }));
  expect(await ownerOf({ anonymous_id: 'external_id:customer-3' })).not.toBe(owner);

  const subject = { kind: 'external_id', value: 'customer-2' } as const;
  expect((await findPerson(subject, app.context())).profileIds).toEqual([owner]);
  await app.post('/api/profile-import', person({ external_id: 'customer-2' }));
  expect((await findPerson(subject, app.context())).profileIds).toEqual([
    await ownerOf({ external_id: 'customer-2' }),
    owner,
  ]);
});

const subscription = (attributes: object, list: string) => ({
  data: {
    type: 'subscription',
    attributes: { profile: { data: { type: 'profile', attributes } } },
    relationships: { list: { data: { type: 'list', id: list } } },
  },
});

const reasons = ['UNSUBSCRIBE', 'USER_SUPPRESSED', 'SPAM_COMPLAINT'] as const;

/** A person whose address is suppressed for every reason that an opt-in can lift. */
const startSuppressed = async (settings: Parameters<typeof startPages>[0] = {}, to: string = email) => {
  const app = await startPages(settings);
  const context = app.context();
  const { id } = await personWith({ email: to }, context);
  const value = { ...address, value: to };
  for (const reason of reasons) await suppress({ address: value, reason, at: context.now() }, context);
  app.at('2026-01-02T00:00:00Z');
  const left = async () => (await readSuppressions(value, context)).map(({ reason }) => reason).toSorted();
  const { table } = app;
  return { app, context, left, table, id };
};

const publicWays = {
  'the API': (app: Awaited<ReturnType<typeof startPages>>, to: string) =>
    app.post(`/client/subscriptions?company_id=${app.account}`, subscription({ email: to }, 'news')),
  'the page': (app: Awaited<ReturnType<typeof startPages>>, to: string) =>
    app.form(`/pages/subscribe/${app.account}`, { email: to }),
};

test.each(Object.entries(publicWays))(
  'complaints and opt-outs stay in effect after any public call by %s',
  async (_, subscribe) => {
    const { app, context, left } = await startSuppressed();
    for (let i = 0; i < 2; i++) expect((await subscribe(app, email)).status).toBeLessThan(300);
    expect(await left()).toEqual(['SPAM_COMPLAINT', 'USER_SUPPRESSED']);
    const { email: mail } = await readSubscriptions(await personWith({ email }, context), context);
    expect(mail.marketing).toMatchObject({ consent: 'SUBSCRIBED', can_receive_email_marketing: false });
  },
);

test.each(Object.entries(publicWays))('confirmation by mail of %s lifts them', async (way, subscribe) => {
  const to = `suppressed.${way.slice(4).toLowerCase()}.${process.pid}@example.com`;
  const { app, left } = await startSuppressed({ optInProcess: 'double_opt_in' }, to);
  await subscribe(app, to);
  await app.deliver();
  expect(await left()).toEqual(reasons.toSorted());
  const [mail] = await app.mailsTo(to);
  await app.form(linkIn(mail?.BodyText ?? '', 'confirm'), {});
  expect(await left()).toEqual([]);
});

test('a server lifts them too', async () => {
  const { app, left } = await startSuppressed();
  const people = [{ email, subscriptions: subscribeTo('email.marketing') }];
  await app.post('/api/profile-subscription-bulk-create-jobs', bulk(people));
  expect(await left()).toEqual([]);
});
