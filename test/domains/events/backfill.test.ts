import { expect, test } from 'vitest';
import { start } from '../profiles/identity/two-people.ts';

test('an event that was sent later than it happened says so on the timeline', async () => {
  const app = await start();
  const event = (unique_id: string, backfill?: boolean) => ({
    data: {
      type: 'event',
      attributes: {
        properties: {},
        unique_id,
        ...(backfill !== undefined && { backfill }),
        metric: { data: { type: 'metric', attributes: { name: 'Seen' } } },
        profile: { data: { type: 'profile', attributes: { email: 'a@example.com' } } },
      },
    },
  });
  await app.post('/api/events', event('later', true));
  await app.post('/api/events', event('now'));
  await app.post('/api/events', event('explicitly now', false));
  const { body } = await app.get('/api/events');
  const marks = body.data.map(({ attributes: { event_properties: of, backfill } }: Shown) => [of.$event_id, backfill]);
  expect(Object.fromEntries(marks)).toEqual({ later: true, now: undefined, 'explicitly now': undefined });
});

interface Shown {
  readonly attributes: { readonly event_properties: { readonly $event_id: string }; readonly backfill?: boolean };
}
