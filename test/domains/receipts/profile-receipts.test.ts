import { expect, test } from 'vitest';
import { markErased } from '../../../functions/domains/erased/actions.ts';
import { profiles as stored } from '../../../functions/domains/profiles/records/store.ts';
import { remove } from '../../../functions/platform/table/write.ts';
import { events } from '../../../functions/services/events.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { type Answer, startApp } from '../../support/app.ts';
import { receiptIn } from './receipt-in.ts';

const start = async () => {
  const app = await startApp({ ...profiles, routes: { ...profiles.routes, ...events.routes } });
  return {
    ...app,
    client: (path: string, body: object, headers?: Readonly<Record<string, string>>) =>
      app.post(`${path}${path.includes('?') ? '&' : '?'}company_id=${app.account}`, body, {
        authorization: '',
        ...headers,
      }),
    outcome: async (answer: Answer) => (await app.get(`/api/receipts/${receiptIn(answer)}`)).body.data.attributes,
  };
};

const browser = { 'user-agent': 'Mozilla/5.0 (X11) Chrome/140.0' };
const profile = (attributes: object, id?: string) => ({ data: { type: 'profile', ...(id && { id }), attributes } });
const pushToken = (token: string, attributes: object) => ({
  data: { type: 'push-token', attributes: { token, platform: 'ios', vendor: 'apns', profile: profile(attributes) } },
});

test('every call about a profile names a receipt, which leads to the profile', async () => {
  const app = await start();
  const created = await app.post('/api/profiles', profile({ email: 'ada@example.com' }));
  const { id } = created.body.data;
  const place = { item_type: 'profile', profile_id: id, profile_url: `https://api.test/api/profiles/${id}/` };
  const answers = [
    created,
    await app.send('PATCH', `/api/profiles/${id}`, profile({ first_name: 'Ada' }, id)),
    await app.post('/api/profile-import', profile({ email: 'ada@example.com', last_name: 'L.' })),
    await app.client('/client/profiles', profile({ email: 'ada@example.com' })),
    await app.client('/client/profiles?onsite=true', profile({ email: 'ada@example.com' }), browser),
  ];
  for (const answer of answers)
    expect(await app.outcome(answer)).toMatchObject({ outcome: 'stored', ...place, event_id: null });
  expect((await app.outcome(created)).source).toBe(`api:${app.keyId}`);
  await app.table.write(remove(stored, { account: app.account, id }));
  expect(await app.outcome(created)).toMatchObject({ outcome: 'erased', profile_id: null, profile_url: null });
});

test('a receipt of a push token leads to the profile that has it now', async () => {
  const app = await start();
  const first = await app.post('/api/push-tokens', pushToken('token', { external_id: 'ada' }));
  const second = await app.client('/client/push-tokens', pushToken('token', { email: 'bob@example.com' }));
  const { profile_id, push_token_id } = await app.outcome(second);
  expect((await app.get(`/api/profiles/${profile_id}`)).body.data.attributes.email).toBe('bob@example.com');
  expect(await app.outcome(first)).toMatchObject({
    outcome: 'stored',
    item_type: 'push-token',
    profile_id,
    push_token_id,
  });
  await app.send('DELETE', `/api/push-tokens/${push_token_id}`);
  expect(await app.outcome(first)).toMatchObject({ outcome: 'removed', profile_id: null, push_token_id: null });
});

test('a receipt of a call that removes a push token says whether it is gone', async () => {
  const app = await start();
  const registered = await app.post('/api/push-tokens', pushToken('token', { email: 'ada@example.com' }));
  const { push_token_id } = await app.outcome(registered);
  const byApi = await app.send('DELETE', `/api/push-tokens/${push_token_id}`);
  expect([byApi.status, (await app.outcome(byApi)).outcome]).toEqual([204, 'removed']);
  await app.post('/api/push-tokens', pushToken('token', { email: 'ada@example.com' }));
  expect(await app.outcome(byApi)).toMatchObject({ outcome: 'stored', push_token_id });

  const unregister = (email: string) => {
    const attributes = { token: 'token', platform: 'ios', vendor: 'apns', profile: profile({ email }) };
    const data = { type: 'push-token-unregister', attributes };
    return app.client('/client/push-token-unregister', { data });
  };
  const [other, own] = [await unregister('bob@example.com'), await unregister('ada@example.com')];
  expect(receiptIn(other).length).toBe(receiptIn(own).length);
  expect([other.status, (await app.outcome(own)).outcome, (await app.outcome(own)).source]).toEqual([
    202,
    'removed',
    'client',
  ]);
});

test('public receipts have one form and length for known, unknown and erased people, and robots', async () => {
  const app = await start();
  await markErased([{ kind: 'email', value: 'erased@example.com' }], 'job', app.context());
  app.at('2026-01-01T00:05:00Z');
  const robot = { 'user-agent': 'Googlebot/2.1' };
  const person = (email: string) => profile({ email });
  const profileAnswers = [
    await app.client('/client/profiles', person('ada@example.com')),
    await app.client('/client/profiles', person('ada@example.com')),
    await app.client('/client/profiles', person('erased@example.com')),
    await app.client('/client/profiles?onsite=true', person('bob@example.com'), robot),
  ];
  const tokenAnswers = [
    await app.client('/client/push-tokens', pushToken('one', { email: 'ada@example.com' })),
    await app.client('/client/push-tokens', pushToken('two', { email: 'erased@example.com' })),
  ];
  for (const answers of [profileAnswers, tokenAnswers])
    expect(new Set(answers.map((answer) => receiptIn(answer).replaceAll(/\w|-/g, 'x'))).size).toBe(1);
  const outcomes = [];
  for (const answer of [...profileAnswers, ...tokenAnswers]) outcomes.push((await app.outcome(answer)).outcome);
  expect(outcomes).toEqual(['stored', 'stored', 'erased', 'rejected', 'stored', 'erased']);
});
