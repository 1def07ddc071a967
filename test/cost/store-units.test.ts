import { expect, test } from 'vitest';
import { events } from '../../functions/events/index.ts';
import { profiles } from '../../functions/profiles/index.ts';
import { operations } from '../../lib/cost/operations.ts';
import { bulk, event, group } from '../events/sent.ts';
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

test('events of a known person cost what the model says', async () => {
  const app = await startApp(events);
  const measure = meter(app.client);
  const send = (attributes: object) => done(app.post('/api/events', event({ ...attributes })));
  await send(at(0));

  expect(await measure(() => send(at(1)))).toEqual({ ...operations.event, requests: 2, ...plain });
  const unique = { ...at(2), unique_id: 'a' };
  expect(await measure(() => send(unique))).toEqual({ ...operations.eventWithUniqueId, requests: 3, ...plain });
  // Emulators don't say what a refused write consumes; AWS charges it as a write of the item.
  expect(await measure(() => send(at(1)))).toMatchObject({ writes: 0, reads: 1, refused: 1 });

  const fifty = group(
    { email: 'ada@example.com' },
    Array.from({ length: 50 }, (_, i) => at(100 + i)),
  );
  const many = () => done(app.post('/api/event-bulk-create-jobs', bulk([fifty])));
  // DynamoDB Local counts nothing for PartiQL; AWS charges an INSERT as the put that it is.
  const { reads, ...rest } = await measure(many);
  expect(rest).toEqual({ writes: 0, requests: 3, statements: 50, refused: 0 });
  expect({ writes: rest.statements * operations.event.writes, reads }).toEqual(operations.bulkOf50);
});

test('profiles cost what the model says', async () => {
  const app = await startApp(profiles);
  const measure = meter(app.client);
  const create = (attributes: object) => done(app.post('/api/profiles', person(attributes)));
  await create({ email: 'first@example.com' });

  let id = '';
  const one = async () => {
    id = (await create({ email: 'a@example.com' })).data.id;
  };
  expect(await measure(one)).toMatchObject(operations.profileWith1Identifier);
  // DynamoDB Local counts nothing for absent items that are read in a batch; AWS charges a unit for each.
  const writesOf = async (attributes: object) => (await measure(() => create(attributes))).writes;
  const two = { email: 'b@example.com', phone_number: '+15005550006' };
  expect(await writesOf(two)).toBe(operations.profileWith2Identifiers.writes);
  const three = { email: 'c@example.com', phone_number: '+15005550007', external_id: 'customer-42' };
  expect(await writesOf(three)).toBe(operations.profileWith3Identifiers.writes);

  const update = () => done(app.patch(`/api/profiles/${id}`, person({ first_name: 'Ada' }, id)));
  expect(await measure(update)).toMatchObject(operations.profileUpdate);
  const upsert = () => done(app.post('/api/profile-import', person({ email: 'a@example.com', first_name: 'Ada' })));
  expect(await measure(upsert)).toMatchObject(operations.unchangedUpsert);
});
