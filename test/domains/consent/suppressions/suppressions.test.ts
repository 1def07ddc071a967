import type { SQSBatchItemFailure, SQSEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import {
  readConsentAt,
  readLedgerPage,
  readSubscriptions,
  readSuppressedAddresses,
  readSuppressions,
  suppress,
} from '../../../../functions/domains/consent/actions.ts';
import { joinList } from '../../../../functions/domains/lists/actions.ts';
import { serveQueue } from '../../../../functions/platform/workers/serve.ts';
import { consent } from '../../../../functions/services/consent.ts';
import { startApp } from '../../../support/app.ts';
import { personWith } from '../people.ts';

type Kind = 'create' | 'delete';
const path = (kind: Kind) => `/api/profile-suppression-bulk-${kind}-jobs`;
const job = (kind: Kind, emails?: readonly string[], relationships?: object) => ({
  data: {
    type: `profile-suppression-bulk-${kind}-job`,
    ...(emails && {
      attributes: { profiles: { data: emails.map((email) => ({ type: 'profile', attributes: { email } })) } },
    }),
    ...(relationships && { relationships }),
  },
});
const address = (value: string) => ({ kind: 'email', value }) as const;

/** The domain's queue within one process: messages reach the triggers on delivery. */
const start = async () => {
  const sent: object[] = [];
  const queue = () => ({ send: async (message: object) => void sent.push(message) });
  const app = await startApp(consent, { services: { queue } });
  const services = { ...app.services, queue };
  const deliver = async (remainingMs = 60_000) => {
    const serve = serveQueue(consent, () => services);
    const batchItemFailures: SQSBatchItemFailure[] = [];
    // Its queue brings one message at once.
    for (const message of sent.splice(0)) {
      const Records = [{ messageId: 'one', body: JSON.stringify(message) }];
      const result = await serve({ Records } as SQSEvent, { getRemainingTimeInMillis: () => remainingMs });
      batchItemFailures.push(...result.batchItemFailures);
    }
    return { batchItemFailures };
  };
  return { ...app, sent, deliver, context: { ...app.context(), queue } };
};

test('suppresses an unowned address, and reports the outcome of each', async () => {
  const app = await start();
  const emails = ['Ada@example.com', 'bob@example.com', 'bob@example.com'];
  const { status, body } = await app.post(path('create'), job('create', emails));

  expect(status).toBe(202);
  expect(body.data.attributes).toEqual({
    status: 'complete',
    created_at: '2026-01-01T00:00:00.000+00:00',
    completed_at: '2026-01-01T00:00:00.000+00:00',
    total_count: 3,
    completed_count: 2,
    skipped_count: 1,
  });
  expect((await app.get(`${path('create')}/${body.data.id}`)).body.data).toEqual(body.data);
  const ada = await personWith({ email: 'ada@example.com' }, app.context);
  expect((await readSubscriptions(ada, app.context)).email.marketing).toMatchObject({
    can_receive_email_marketing: false,
    suppression: [{ reason: 'USER_SUPPRESSED', timestamp: '2026-01-01T00:00:00.000+00:00' }],
  });
  const question = { profileId: ada.id, channel: 'email', type: 'marketing', at: new Date('2026-01-02') } as const;
  expect((await readConsentAt(question, app.context)).suppressions).toMatchObject([{ reason: 'USER_SUPPRESSED' }]);
});

test('lifts only manual suppressions', async () => {
  const app = await start();
  const at = new Date('2025-01-01T00:00:00Z');
  for (const reason of ['USER_SUPPRESSED', 'HARD_BOUNCE'] as const) {
    await suppress({ address: address('ada@example.com'), reason, at }, app.context);
  }
  const { body } = await app.post(path('delete'), job('delete', ['ada@example.com', 'bob@example.com']));
  expect(body.data.attributes).toMatchObject({ total_count: 2, completed_count: 1, skipped_count: 1 });
  const left = await readSuppressions(address('ada@example.com'), app.context);
  expect(left.map(({ reason }) => reason)).toEqual(['HARD_BOUNCE']);
});

test('suppresses the members of a list through the queue, however often the message comes', async () => {
  const app = await start();
  for (let i = 0; i < 120; i++) {
    const { id: profileId } = await personWith({ email: `p${i}@example.com` }, app.context);
    await joinList({ listId: 'news', profileId, at: new Date(Date.UTC(2025, 0, 1) + i) }, app.context);
  }
  const list = { list: { data: { type: 'list', id: 'news' } } };
  const { body } = await app.post(path('create'), job('create', undefined, list));
  expect(body.data.attributes.status).toBe('queued');
  const [message = {}] = app.sent;

  // A run with little time processes at least one page; a repeated message changes nothing.
  expect(await app.deliver(10_000)).toEqual({ batchItemFailures: [] });
  const early = await app.get(`${path('create')}/${body.data.id}`);
  expect(early.body.data.attributes.status).toBe('complete');
  app.sent.push(message);
  expect(await app.deliver()).toEqual({ batchItemFailures: [] });

  const after = await app.get(`${path('create')}/${body.data.id}`);
  expect(after.body.data).toMatchObject({
    attributes: { status: 'complete', total_count: 120, completed_count: 120, skipped_count: 0 },
    relationships: { lists: { data: [{ type: 'list', id: 'news' }] } },
  });
  expect(await readSuppressions(address('p119@example.com'), app.context)).toHaveLength(1);
  const { id: profileId } = await personWith({ email: 'p119@example.com' }, app.context);
  expect((await readLedgerPage({ profileId, size: 1 }, app.context)).items).toMatchObject([
    { entry: { to: 'SUPPRESSED', evidence: { method: 'api', keyId: app.keyId, ip: '192.0.2.1', userAgent: 'test' } } },
  ]);
  const found = await app.get(`${path('create')}?filter=equals(list_id,"news"),equals(status,"complete")`);
  expect(found.body.data.map(({ id }: { id: string }) => id)).toEqual([body.data.id]);
});

test('lists jobs newest first, page by page and by status', async () => {
  const app = await start();
  const ids: string[] = [];
  for (let day = 1; day <= 3; day++) {
    app.at(`2026-01-0${day}T00:00:00Z`);
    ids.unshift((await app.post(path('create'), job('create', [`p${day}@example.com`]))).body.data.id);
  }
  const idsOf = ({ body }: Awaited<ReturnType<typeof app.get>>) => body.data.map(({ id }: { id: string }) => id);
  const url = `${path('create')}?filter=equals(status,"complete")&page[size]=2`;
  const first = await app.get(url);
  expect(idsOf(first)).toEqual(ids.slice(0, 2));
  const { pathname, search } = new URL(first.body.links.next);
  expect(idsOf(await app.get(pathname + search))).toEqual(ids.slice(2));
  expect(idsOf(await app.get(`${path('create')}?sort=created`))).toEqual(ids.toReversed());
  expect(idsOf(await app.get(`${path('create')}?filter=equals(status,"queued")`))).toEqual([]);
  expect(idsOf(await app.get(`${path('create')}?filter=equals(status,"complete"),equals(status,"queued")`))).toEqual(
    [],
  );
  expect(idsOf(await app.get(`${path('create')}?filter=equals(list_id,"${'x'.repeat(3_000)}")`))).toEqual([]);
  expect((await app.get(`${path('create')}/${'x'.repeat(3_000)}`)).status).toBe(404);
});

test('lists suppressed addresses by reason and time', async () => {
  const app = await start();
  for (let day = 1; day <= 4; day++) {
    const reason = day % 2 === 0 ? 'HARD_BOUNCE' : 'USER_SUPPRESSED';
    const at = new Date(`2025-01-0${day}T00:00:00Z`);
    await suppress({ address: address(`p${day}@example.com`), reason, at }, app.context);
  }
  const list = async (asked: object) => {
    const { items } = await readSuppressedAddresses({ descending: true, size: 10, ...asked }, app.context);
    return items.map((one) => one.address);
  };
  expect(await list({})).toEqual(['p4@example.com', 'p3@example.com', 'p2@example.com', 'p1@example.com']);
  expect(await list({ reasons: ['HARD_BOUNCE'] })).toEqual(['p4@example.com', 'p2@example.com']);
  const between = { after: '2025-01-02T00:00:00.000Z', before: '2025-01-04T00:00:00.000Z' };
  expect(await list(between)).toEqual(['p3@example.com']);
});

test.each([
  ['nothing', job('create'), 400, '/data/attributes/profiles'],
  [
    'a segment',
    job('create', undefined, { segment: { data: { type: 'segment', id: 's' } } }),
    400,
    '/data/relationships/segment',
  ],
  [
    'both',
    job('create', ['a@example.com'], { list: { data: { type: 'list', id: 'l' } } }),
    400,
    '/data/relationships/list',
  ],
  [
    'a list that is not there',
    job('create', undefined, { list: { data: { type: 'list', id: 'l' } } }),
    404,
    '/data/relationships/list/data/id',
  ],
  ['no address', job('create', ['ada']), 400, '/data/attributes/profiles/data/0/attributes/email'],
  [
    'too many',
    job(
      'create',
      Array.from({ length: 101 }, (_, i) => `p${i}@example.com`),
    ),
    400,
    '/data/attributes/profiles/data',
  ],
])('refuses a job that names %s', async (_, body, status, pointer) => {
  const app = await start();
  const answer = await app.post(path('create'), body);
  expect(answer.status).toBe(status);
  expect(answer.body.errors.map(({ source }: { source: object }) => source)).toEqual([{ pointer }]);
});
