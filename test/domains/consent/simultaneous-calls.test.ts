import { expect, test } from 'vitest';
import { consent } from '../../../functions/services/consent.ts';
import { events } from '../../../functions/services/events.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';
import { event } from '../events/event-bodies.ts';
import { profile } from '../profiles/people.ts';
import { bulk, subscribeTo } from './requests.ts';

const email = 'ada@example.com';

test('creates one person with one event and one opt-in from five simultaneous calls of every kind', async () => {
  const routes = { ...profiles.routes, ...events.routes, ...consent.routes };
  const app = await startApp({ name: 'all', routes, triggers: [], uses: ['table'] }, { lists: ['news'] });
  const company = `company_id=${app.account}`;
  const list = { list: { data: { type: 'list', id: 'news' } } };
  const bought = event({ person: { email }, unique_id: 'order-1', time: '2025-12-01T00:00:00Z' });
  const form = { type: 'subscription', attributes: { profile: profile({ email }) }, relationships: list };
  const ways: readonly (readonly [string, object, readonly number[]])[] = [
    ['/api/events', bought, [202]],
    [`/client/events?${company}`, bought, [202]],
    ['/api/profiles', profile({ email, last_name: 'Lovelace' }), [201, 409]],
    ['/api/profile-import', profile({ email, first_name: 'Ada' }), [200, 201]],
    [`/client/profiles?${company}`, profile({ email, title: 'Countess' }), [202]],
    [
      '/api/profile-subscription-bulk-create-jobs',
      bulk([{ email, subscriptions: subscribeTo('email.marketing') }], { list: 'news' }),
      [202],
    ],
    [`/client/subscriptions?${company}`, { data: form }, [202]],
  ];

  const sent = Array.from({ length: 5 }, () => ways).flat();
  const answers = await Promise.all(sent.map(([path, body]) => app.post(path, body)));

  for (const [i, { status }] of answers.entries()) expect(sent[i]?.[2], sent[i]?.[0]).toContain(status);
  const { data } = (await app.get('/api/profiles?additional-fields[profile]=subscriptions')).body;
  expect(data).toHaveLength(1);
  expect(data[0].attributes).toMatchObject({ email, first_name: 'Ada', title: 'Countess' });
  expect(data[0].attributes.subscriptions.email.marketing.consent).toBe('SUBSCRIBED');
  expect((await app.get(`/api/events?filter=equals(profile_id,"${data[0].id}")`)).body.data).toHaveLength(1);
  expect((await app.get(`/api/profiles/${data[0].id}/consent-ledger`)).body.data).toHaveLength(1);
  expect((await app.get(`/api/profiles/${data[0].id}/lists`)).body.data).toHaveLength(1);
});
