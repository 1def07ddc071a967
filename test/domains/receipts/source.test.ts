import { expect, test } from 'vitest';
import { readStoredEvents } from '../../../functions/domains/events/records/read-events.ts';
import { sourceOfEvent } from '../../../functions/domains/receipts/source.ts';
import { startSegment } from '../../api/segment/send.ts';
import { bulk, event, group } from '../events/event-bodies.ts';

const call = (messageId: string) => ({ type: 'track', event: 'Seen', userId: 'u1', messageId });

test('each stored event has the source that it was received from', async () => {
  const app = await startSegment();
  const { account, keyId } = app;
  await app.post('/api/events', event({ unique_id: 'api' }));
  await app.post('/api/event-bulk-create-jobs', bulk([group({ email: 'a@example.com' }, [{ unique_id: 'bulk' }])]));
  await app.post(`/client/events?company_id=${account}`, event({ unique_id: 'client' }));
  await app.post(`/client/event-bulk-create?company_id=${account}`, {
    data: group({ email: 'b@example.com' }, [{ unique_id: 'client bulk' }]),
  });
  await app.trusted('/v1/track', call('segment key'));
  await app.open('/v1/batch', { batch: [call('segment public')] });

  const sources = new Map<string | undefined, string>();
  for await (const page of readStoredEvents(account, {}, app.table))
    for (const one of page) sources.set(one.uniqueId, sourceOfEvent(one));
  expect(Object.fromEntries(sources)).toEqual({
    api: `api:${keyId}`,
    bulk: `api:${keyId}`,
    client: 'client',
    'client bulk': 'client',
    'segment key': `segment:${keyId}`,
    'segment public': 'segment',
  });
});

test('the source of an imported row follows from its origin', () => {
  expect(sourceOfEvent({ origin: 'import:job#1' })).toBe('import');
  expect(sourceOfEvent({ origin: 'import:job#1', source: 'consent' })).toBe('consent');
  expect(sourceOfEvent({})).toBe('unknown');
});
