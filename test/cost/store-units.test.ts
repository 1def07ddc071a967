import { expect, test } from 'vitest';
import { recordEvent } from '../../functions/domains/events/actions.ts';
import { mergeProfiles, undoMerge } from '../../functions/domains/profiles/merge/actions.ts';
import { listMerges } from '../../functions/domains/profiles/merge/journal.ts';
import { mergeIdOf } from '../../functions/domains/profiles/merge/store.ts';
import { consent } from '../../functions/services/consent.ts';
import { events } from '../../functions/services/events.ts';
import { profiles } from '../../functions/services/profiles.ts';
import { consentReads, operations, type Units } from '../../lib/cost/operations.ts';
import { bulk, event, group } from '../domains/events/event-bodies.ts';
import { type Answer, startApp } from '../support/app.ts';
import { meter } from './meter.ts';

const at = (second: number) => ({ time: new Date(Date.UTC(2025, 11, 1, 0, 0, second)).toISOString() });
const person = (attributes: object, id?: string) => ({ data: { type: 'profile', ...(id && { id }), attributes } });
const done = async (answer: Promise<Answer>) => {
  const { status, body } = await answer;
  expect(status).toBeLessThan(300);
  return body;
};

const plain = { statements: 0, refused: 0 };
const encoded = encodeURIComponent;

test('events of an existing person cost what the model says', async () => {
  const app = await startApp(events);
  const measure = meter(app.watch);
  const send = (attributes: object) => done(app.post('/api/events', event({ ...attributes })));
  await send(at(0));

  expect(await measure(() => send(at(1)))).toMatchObject({ ...operations.event, ...plain });
  const unique = { ...at(2), unique_id: 'a' };
  expect(await measure(() => send(unique))).toMatchObject({ ...operations.eventWithUniqueId, ...plain });
  // The write is that of its outcome. Emulators don't report the units of the refused one; AWS charges it as a write.
  expect(await measure(() => send(at(1)))).toMatchObject({ writes: 1, reads: 1, refused: 1 });

  const fifty = group(
    { email: 'ada@example.com' },
    Array.from({ length: 50 }, (_, i) => at(100 + i)),
  );
  const many = () => done(app.post('/api/event-bulk-create-jobs', bulk([fifty])));
  // DynamoDB Local counts nothing for PartiQL; AWS charges an INSERT as a put.
  const { reads, requests, ...rest } = await measure(many);
  expect(rest).toMatchObject({ writes: 1, statements: 50, refused: 0 });
  const writes = rest.writes + rest.statements * operations.event.writes;
  expect({ writes, reads, requests }).toEqual(operations.bulkOf50);
});

test('profiles cost what the model says', async () => {
  const app = await startApp(profiles);
  const measure = meter(app.watch);
  const create = (attributes: object) => done(app.post('/api/profiles', person(attributes)));
  await create({ email: 'first@example.com' });

  let id = '';
  const one = async () => {
    id = (await create({ email: 'a@example.com' })).data.id;
  };
  expect(await measure(one)).toMatchObject(operations.profileWith1Identifier);
  // DynamoDB Local counts nothing for absent items in a batch read; AWS charges a unit for each.
  const unitsOf = async (attributes: object) => {
    const { transacted: writes, keys: reads, requests } = await measure(() => create(attributes));
    return { writes, reads, requests };
  };
  const two = { email: 'b@example.com', phone_number: '+15005550006' };
  expect(await unitsOf(two)).toEqual(operations.profileWith2Identifiers);
  const three = { email: 'c@example.com', phone_number: '+15005550007', external_id: 'customer-42' };
  expect(await unitsOf(three)).toEqual(operations.profileWith3Identifiers);

  const update = () => done(app.patch(`/api/profiles/${id}`, person({ first_name: 'Ada' }, id)));
  // The response includes consent: AWS charges a unit for an empty query, DynamoDB Local counts none.
  const withoutQuery = ({ reads, ...units }: Units) => ({ ...units, reads: reads - 1 });
  expect(await measure(update)).toMatchObject(withoutQuery(operations.profileUpdate));
  const upsert = () => done(app.post('/api/profile-import', person({ email: 'a@example.com', first_name: 'Ada' })));
  expect(await measure(upsert)).toMatchObject(withoutQuery(operations.unchangedUpsert));
});

test('reads cost what the model says', async () => {
  const app = await startApp({ ...events, routes: { ...events.routes, ...profiles.routes } });
  const measure = meter(app.watch);
  const get = (path: string) => measure(() => done(app.get(path)));
  const hundred = group(
    { email: 'ada@example.com' },
    Array.from({ length: 100 }, (_, i) => at(i)),
  );
  await done(app.post('/api/event-bulk-create-jobs', bulk([hundred])));
  const [event] = (await done(app.get('/api/events?page[size]=1'))).data;
  const { profile, metric } = event.relationships;
  const page = (filter: string) => get(`/api/events?filter=${encoded(filter)}&page[size]=100`);

  expect(await get(`/api/events/${event.id}`)).toMatchObject(operations.eventRead);
  expect(await get(`/api/profiles/${profile.data.id}`)).toMatchObject(operations.profileRead);
  const byEmail = await get(`/api/profiles?filter=${encoded('equals(email,"ada@example.com")')}`);
  expect(byEmail).toMatchObject(operations.profileReadByEmail);
  expect(await page(`equals(profile_id,"${profile.data.id}")`)).toMatchObject(operations.timelinePage);
  expect(await page(`equals(metric_id,"${metric.data.id}")`)).toMatchObject({
    ...operations.metricPage,
    // Each of eight partitions is rounded up.
    reads: expect.closeTo(operations.metricPage.reads, -1),
  });
});

test('a consent change reads what the model says', async () => {
  const app = await startApp(consent);
  const measure = meter(app.watch);
  const email = 'ada@example.com';
  const subscriptions = { email: { marketing: { consent: 'SUBSCRIBED' } } };
  const type = 'profile-subscription-bulk-create-job';
  const profiles = { data: [{ type: 'profile', attributes: { email, subscriptions } }] };
  const subscribe = () =>
    done(app.post('/api/profile-subscription-bulk-create-jobs', { data: { type, attributes: { profiles } } }));
  await subscribe();
  // Absent items are charged too, which DynamoDB Local does not count.
  expect((await measure(subscribe)).keys).toBe(consentReads);
});

test('a merge and its undo cost by the identifiers, whatever data both profiles have', async () => {
  const app = await startApp(profiles);
  const measure = meter(app.watch);
  const create = async (email: string): Promise<string> =>
    (await done(app.post('/api/profiles', person({ email })))).data.id;
  const [a, b] = [await create('a@example.com'), await create('b@example.com')];
  const context = app.context();
  for (let n = 0; n < 30; n++) {
    const said = { metric: { name: 'Seen', service: 'api' }, properties: {}, ...at(n) };
    await recordEvent({ ...said, profileId: b, time: new Date(said.time) }, context);
  }
  const merge = () => mergeProfiles({ destination: a, source: b, cause: 'request' }, context);
  // Two profiles, the journal and two identifiers at two units, and six index entries added or removed. Requests: the
  // read of both, the transaction, and their lists, with a check that they are still merged.
  expect(await measure(merge)).toMatchObject({ writes: 16, requests: 7 });
  const { items } = await listMerges(a, { size: 1 }, context);
  expect(await measure(() => undoMerge(items.map(mergeIdOf)[0] ?? '', context))).toMatchObject({ writes: 16 });
});
