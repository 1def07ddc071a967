import { expect, test } from 'vitest';
import { changeAccount, createAccount } from '../../../../functions/domains/accounts/actions.ts';
import { rotateSecret } from '../../../../functions/domains/accounts/tokens/actions.ts';
import { createExchangeToken } from '../../../../functions/domains/profiles/exchange-token.ts';
import { type App, create, profile, startProfiles } from '../people.ts';

const tokenOf = async (app: App, id: string): Promise<string> => {
  const { status, body } = await app.post('/api/profile-tokens', { data: [{ type: 'profile', id }] });
  expect(status).toBe(201);
  return body.data[0].attributes._kx;
};
const say = (app: App, attributes: object) => app.post('/api/profile-import', profile(attributes));

test('finds the profile of a token, below every identifier, until it is revoked', async () => {
  const app = await startProfiles();
  const a = await create(app, { email: 'a@example.com' });
  const b = await create(app, { email: 'b@example.com' });
  const _kx = await tokenOf(app, a);
  expect((await say(app, { _kx, first_name: 'Ada' })).body.data).toMatchObject({
    id: a,
    attributes: { first_name: 'Ada' },
  });
  expect((await say(app, { _kx, email: 'b@example.com' })).body.data.id).toBe(b);
  // Passed on to another person.
  expect((await say(app, { _kx, email: 'c@example.com' })).status).toBe(201);
  expect((await say(app, { _kx, anonymous_id: 'laptop' })).body.data.id).toBe(a);
  expect((await say(app, { anonymous_id: 'laptop' })).body.data.id).toBe(a);

  await rotateSecret({ purpose: 'kx', revoke: true }, app.context());
  app.at('2026-01-01T00:01:01Z');
  const revoked = await say(app, { _kx });
  expect(revoked).toMatchObject({ status: 400, body: { errors: [{ source: { pointer: '/data/attributes/_kx' } }] } });
  expect((await say(app, { _kx: await tokenOf(app, a) })).body.data.id).toBe(a);
});

test('ignores a token of another account, and an invalid one', async () => {
  const app = await startProfiles();
  const a = await create(app, { email: 'a@example.com' });
  const other = await createAccount({ name: 'Other' }, app.services);
  const foreign = await createExchangeToken(a, { ...app.context(), account: other.id });
  const own = await tokenOf(app, a);
  const forged = [foreign, foreign.replace(other.id, app.account), own.replace(/^.{8}/, 'aaaaaaaa'), `${own}x`, 'x'];
  for (const _kx of forged) expect((await say(app, { _kx })).status, _kx).toBe(400);
  expect((await app.post('/api/profile-tokens', { data: [{ type: 'profile', id: 'nobody' }] })).status).toBe(404);
});

test("assigns a browser's earlier events to the person of a link if the account merges", async () => {
  const app = await startProfiles();
  await changeAccount(app.account, { onSeveralProfiles: 'merge' }, app.services);
  const a = await create(app, { email: 'a@example.com' });
  const before = (await say(app, { anonymous_id: 'laptop' })).body.data.id;
  const _kx = await tokenOf(app, a);
  expect((await say(app, { _kx, anonymous_id: 'laptop' })).body.data.id).toBe(a);
  expect((await app.get(`/api/profiles/${before}`)).body.data.id).toBe(a);
});
