import { expect, test } from 'vitest';
import { consent } from '../../functions/consent/index.ts';
import { startApp } from '../support/app.ts';
import { bulk, subscribeTo } from './requests.ts';

test('a thousand new profiles are subscribed by one request, with six of ours for each', {
  timeout: 240_000,
}, async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const people = Array.from({ length: 1_000 }, (_, i) => ({
    email: `person${i}@example.com`,
    subscriptions: subscribeTo('email.marketing'),
  }));

  const { status } = await app.post('/api/profile-subscription-bulk-create-jobs', bulk(people, { list: 'news' }));

  expect(status).toBe(202);
  // Each: twice who it is, the profile, what is known, the consent with its entry, the list.
  expect(app.requests.length).toBeLessThanOrEqual(1_000 * 6 + 10);
});
