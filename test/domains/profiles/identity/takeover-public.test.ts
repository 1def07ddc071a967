import { describe, expect, test } from 'vitest';
import { type App, attributesOf, create, profile } from '../people.ts';
import { a, event, group, type Shop, sharedNumber, start } from './two-people.ts';

const browsers: readonly [string, (app: Shop, person: object) => ReturnType<App['send']>][] = [
  ['/client/profiles', (app, person) => fromBrowser(app, 'profiles', profile(person))],
  ['/client/events', (app, person) => fromBrowser(app, 'events', event(person))],
  ['/client/event-bulk-create', (app, person) => fromBrowser(app, 'event-bulk-create', { data: group(person) })],
];

const fromBrowser = (app: Shop, path: string, body: object) =>
  app.send('POST', `/client/${path}?company_id=${app.account}`, body, { authorization: '' });

describe.each(browsers)('%s', (_, send) => {
  test('creates another person for another address with an owned number, and does not reveal it', async () => {
    const app = await start();
    const id = await create(app, a);

    const { status, headers } = await send(app, {
      email: 'b@example.com',
      phone_number: sharedNumber,
      first_name: 'Bea',
    });

    expect([status, headers['Tributary-Left-Out']]).toEqual([202, undefined]);
    expect(await attributesOf(app, id)).toMatchObject(a);
    expect((await app.find('email', 'b@example.com')).attributes).toMatchObject({
      first_name: 'Bea',
      phone_number: null,
    });
  });

  test('does not reveal the person of another external id, although it names their address', async () => {
    const app = await start();
    const id = await create(app, { ...a, external_id: 'C1' });

    for (let i = 0; i < 2; i++) await send(app, { external_id: 'C2', email: a.email, first_name: 'Eve' });

    expect(await attributesOf(app, id)).toMatchObject({ ...a, external_id: 'C1' });
    const all = (await app.get('/api/profiles')).body.data;
    const names = all.map(({ attributes }: { attributes: { first_name: string } }) => attributes.first_name);
    expect(names.toSorted()).toEqual(['Ann', 'Eve']);
  });
});

test("does not assign a browser's events to the owner of a link who is another person", async () => {
  const app = await start({ onSeveralProfiles: 'merge' });
  const id = await create(app, a);
  const made = await app.post('/api/profile-tokens', { data: [{ type: 'profile', id }] });
  const token = made.body.data[0].attributes._kx;
  await fromBrowser(app, 'events', event({ anonymous_id: 'laptop' }, 'before'));

  await app.post('/api/events', event({ email: 'b@example.com', anonymous_id: 'laptop', _kx: token }));

  const other = await app.find('email', 'b@example.com');
  expect(other.id).not.toBe(id);
  const seen = (await app.get(`/api/events?filter=equals(profile_id,"${id}")`)).body.data;
  expect(seen).toEqual([]);
});
