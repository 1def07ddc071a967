import { expect, test } from 'vitest';
import { rotateSecret } from '../../../../functions/domains/accounts/tokens/actions.ts';
import { attributesOf, create, profile } from '../people.ts';
import { event, type Shop, start } from './two-people.ts';

const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const send = (app: Shop, path: string, body: object, agent = browser) =>
  app.send('POST', `/client/${path}?company_id=${app.account}&onsite=true`, body, {
    authorization: '',
    'user-agent': agent,
    'content-type': 'text/plain',
  });
const identify = async (app: Shop, attributes: object) => {
  const { status, body } = await send(app, 'profiles', profile(attributes));
  expect(status).toBe(200);
  return body.meta;
};
const eventsOf = async (app: Shop, id: string) =>
  (await app.get(`/api/events?filter=equals(profile_id,"${id}")`)).body.data;

test('a token stands for the claimed identifiers and does not show them', async () => {
  const app = await start();
  const { exchange_id: token, should_clear_cookie } = await identify(app, { email: 'new@example.com' });
  expect(should_clear_cookie).toBe(false);
  const readable = token.split('.').map((part: string) => Buffer.from(part, 'base64url').toString('latin1'));
  expect(readable.join()).not.toContain('example.com');

  expect((await send(app, 'events', event({ _kx: token, anonymous_id: 'browser' }))).status).toBe(202);
  const { id } = await app.find('email', 'new@example.com');
  expect(await eventsOf(app, id)).toHaveLength(1);
});

test('the same claim keeps the token, a further one adds to it, another person gets another', async () => {
  const app = await start();
  const first = await identify(app, { email: 'a@example.com' });
  const again = await identify(app, { email: 'a@example.com', _kx: first.exchange_id });
  expect(again).toEqual({ exchange_id: first.exchange_id, should_clear_cookie: false });
  const more = await identify(app, { phone_number: '+4930123456', _kx: first.exchange_id });
  expect(more.should_clear_cookie).toBe(false);
  expect(await identify(app, { email: 'a@example.com', phone_number: '+4930123456', _kx: more.exchange_id })).toEqual({
    exchange_id: more.exchange_id,
    should_clear_cookie: false,
  });
  const other = await identify(app, { email: 'b@example.com', _kx: more.exchange_id });
  expect(other.should_clear_cookie).toBe(true);
  await send(app, 'events', event({ _kx: other.exchange_id }));
  expect(await eventsOf(app, (await app.find('email', 'b@example.com')).id)).toHaveLength(1);
  expect(await eventsOf(app, (await app.find('email', 'a@example.com')).id)).toHaveLength(0);
  expect(await attributesOf(app, (await app.find('email', 'b@example.com')).id)).toMatchObject({ phone_number: null });
});

test('the id of a browser stays with the person before, if another one uses it', async () => {
  const app = await start();
  const first = await identify(app, { email: 'a@example.com', anonymous_id: 'shared' });
  await identify(app, { email: 'b@example.com', anonymous_id: 'shared', _kx: first.exchange_id });
  await send(app, 'events', event({ anonymous_id: 'shared' }));
  expect(await eventsOf(app, (await app.find('email', 'a@example.com')).id)).toHaveLength(1);
  expect(await eventsOf(app, (await app.find('email', 'b@example.com')).id)).toHaveLength(0);
});

test('two browsers that claim the same cannot be linked by their tokens', async () => {
  const app = await start();
  const [one, two] = [await identify(app, { email: 'a@example.com' }), await identify(app, { email: 'a@example.com' })];
  expect(one.exchange_id).not.toBe(two.exchange_id);
});

test('a claimed address of a customer gives no access to their profile', async () => {
  const app = await start();
  const id = await create(app, { email: 'a@example.com', external_id: 'C1', first_name: 'Ann' });
  const { exchange_id: token } = await identify(app, { email: 'a@example.com', first_name: 'Eve' });
  await identify(app, { _kx: token, anonymous_id: 'eve', external_id: 'C2', phone_number: '+4930123457' });
  expect(await attributesOf(app, id)).toMatchObject({ external_id: 'C1', phone_number: null, first_name: 'Ann' });
  const filter = encodeURIComponent(`equals(_kx,"${token}")`);
  expect((await app.get(`/api/profiles?filter=${filter}`)).body.data).toEqual([]);
});

test('a claim after a link is about another person than the link', async () => {
  const app = await start();
  const id = await create(app, { email: 'a@example.com' });
  const made = await app.post('/api/profile-tokens', { data: [{ type: 'profile', id }] });
  const link = made.body.data[0].attributes._kx;
  await send(app, 'events', event({ _kx: link }));
  expect(await eventsOf(app, id)).toHaveLength(1);
  const claimed = await identify(app, { email: 'b@example.com', first_name: 'Bea', _kx: link });
  expect(claimed.should_clear_cookie).toBe(true);
  expect(await attributesOf(app, id)).toMatchObject({ first_name: null });
});

test('a foreign, forged or revoked token does nothing', async () => {
  const [app, other] = [await start(), await start()];
  const { exchange_id: foreign } = await identify(other, { email: 'a@example.com' });
  const { exchange_id: own } = await identify(app, { email: 'a@example.com' });
  const forged = [foreign, foreign.replace(other.account, app.account), own.replace(/^.{8}/, 'aaaaaaaa'), `${own}x`];
  for (const _kx of forged) {
    expect((await send(app, 'events', event({ _kx }, _kx))).status).toBe(400);
    expect((await send(app, 'events', event({ _kx, anonymous_id: 'eve' }, _kx))).status).toBe(202);
    expect(await identify(app, { _kx, anonymous_id: 'eve' })).toEqual({ should_clear_cookie: false });
  }
  expect(await eventsOf(app, (await app.find('email', 'a@example.com')).id)).toEqual([]);
  await rotateSecret({ purpose: 'kx', revoke: true }, app.context());
  app.at('2026-01-01T00:01:01Z');
  expect((await send(app, 'events', event({ _kx: own }, 'late'))).status).toBe(400);
});

test('robots are answered alike and stored nowhere', async () => {
  const app = await start();
  const robot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
  const answer = await send(app, 'profiles', profile({ email: 'bot@example.com' }), robot);
  expect([answer.status, Object.keys(answer.body.meta)]).toEqual([200, ['exchange_id', 'should_clear_cookie']]);
  for (const [path, body] of [
    ['events', event({ email: 'bot@example.com' })],
    ['profiles', profile({ anonymous_id: 'bot' })],
  ] as const)
    expect((await send(app, path, body, robot)).status).toBeLessThan(300);
  expect((await app.get('/api/profiles')).body.data).toEqual([]);
});
