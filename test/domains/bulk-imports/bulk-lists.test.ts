import { expect, test } from 'vitest';
import { optOutOfList } from '../../../functions/domains/consent/list-opt-out.ts';
import { isMember } from '../../../functions/domains/lists/actions.ts';
import { people, startBulk } from './bulk.ts';

test('puts on a list the people who did not opt out of it, and no one else', async () => {
  const app = await startBulk();
  await app.submit(people(2));
  await app.drain();
  const [left, other] = [await app.byEmail('p0@example.com'), await app.byEmail('p1@example.com')];
  const evidence = { method: 'preference_page' };
  const topic = { channel: 'email', type: 'marketing', to: 'UNSUBSCRIBED', evidence } as const;
  const optOut = { ...topic, profileId: left.id, at: new Date('2026-01-01T00:00:00Z') };
  await optOutOfList([optOut], { listId: 'Nl1234', profileId: left.id }, app.context());

  app.at('2026-02-01T00:00:00Z');
  expect((await app.submit(people(2), ['Nl1234'])).status).toBe(202);
  await app.drain();

  const isOn = (profileId: string) => isMember({ listId: 'Nl1234', profileId }, app.context());
  expect([await isOn(left.id), await isOn(other.id)]).toEqual([false, true]);
});
