import { expect, test } from 'vitest';
import { consent } from '../../../../functions/services/consent.ts';
import { lists } from '../../../../functions/services/lists.ts';
import { startApp } from '../../../support/app.ts';
import { bulk, subscribeTo } from '../requests.ts';

const withLists = { ...consent, routes: { ...consent.routes, ...lists.routes } };

test('subscribes a thousand new profiles in one request, with six of our own for each', {
  timeout: 240_000,
}, async () => {
  const app = await startApp(withLists, { lists: ['news'] });
  const people = Array.from({ length: 1_000 }, (_, i) => ({
    email: `person${i}@example.com`,
    subscriptions: subscribeTo('email.marketing'),
  }));

  const { status } = await app.post('/api/profile-subscription-bulk-create-jobs', bulk(people, { list: 'news' }));

  expect(status).toBe(202);
  // Each: identifiers twice, profile, consent state, consent with its entry, list.
  expect(app.requests.length).toBeLessThanOrEqual(1_000 * 6 + 10);
  const members = new Set<string>();
  for (let path = '/api/lists/news/profiles?page[size]=100&additional-fields[profile]=subscriptions'; path; ) {
    const { body } = await app.get(path);
    for (const { attributes } of body.data)
      if (attributes.subscriptions.email.marketing.consent === 'SUBSCRIBED') members.add(attributes.email);
    path = body.links.next ? body.links.next.slice(body.links.next.indexOf('/api/')) : '';
  }
  expect(members).toEqual(new Set(people.map(({ email }) => email)));
});
