import { expect, test } from 'vitest';
import { consent } from '../../../functions/services/consent.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { personWith } from '../../domains/consent/people.ts';
import { startApp } from '../../support/app.ts';

test('the links for a message open pages of that person', async () => {
  const app = await startApp({ ...profiles, routes: { ...profiles.routes, ...consent.routes } });
  const { id } = await personWith({ email: 'ada@example.com' }, app.context());
  const { status, body } = await app.post(`/api/profiles/${id}/consent-links?list_id=news`, {});
  expect(status).toBe(200);
  for (const url of Object.values<string>(body.data.attributes)) {
    expect(url).toMatch(/^https:\/\/api\.test\/pages\//);
    expect((await app.get(new URL(url).pathname)).status).toBe(200);
  }
  expect((await app.post('/api/profiles/01NOBODY/consent-links', {})).status).toBe(404);
});
