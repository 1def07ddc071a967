import { expect, test } from 'vitest';
import { events } from '../../../functions/services/events.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startArchive } from '../../domains/archive/stream.ts';
import { startBulk } from '../../domains/bulk-imports/bulk.ts';
import { bulk, event, eventHeader, group } from '../../domains/events/event-bodies.ts';
import { startImports } from '../../domains/imports/start-imports.ts';
import { readAccessFile } from '../../domains/privacy/access/access-file.ts';
import { profile } from '../../domains/profiles/people.ts';
import { startFaulty } from '../../faults/harness.ts';
import { startApp } from '../../support/app.ts';

const email = 'ada@example.com';
const BIG = '9007199254740993';
/** More digits than a DynamoDB number has. */
const LONG = '1234567890123456789012345678901234567890.5';
/** JSON with such a number in place of its own text. */
const withNumbers = (body: object): string => JSON.stringify(body).replaceAll(/"([-.\d]{16,})"/g, '$1');
const properties = { order: BIG, more: [{ sku: LONG }, '-9007199254740993'], small: 1.5 };
const written = withNumbers(properties);

test("keeps every digit of an event's numbers, and distinguishes events by the last digit", async () => {
  const app = await startApp(events);
  const time = '2026-01-01T00:00:00Z';
  const send = (given: object) => app.post('/api/events', withNumbers(event({ time, properties: given })));
  const first = eventHeader(await send(properties));
  expect(first.duplicate).toBe('false');
  expect(eventHeader(await send(properties))).toEqual({ ...first, duplicate: 'true' });
  expect(eventHeader(await send({ ...properties, order: '9007199254740992' })).duplicate).toBe('false');
  expect((await app.get(`/api/events/${first.id}`)).text).toContain(`"event_properties":${written}`);
  expect((await app.get('/api/events')).text).toContain(written);
});

test("keeps the digits of an older client's id", async () => {
  const app = await startApp(events);
  const { id } = eventHeader(
    await app.post('/api/events', withNumbers(event({ properties: { $event_id: BIG, $value: 2 } }))),
  );
  expect((await app.get(`/api/events/${id}`)).text).toContain(`"$event_id":"${BIG}"`);
});

test('reports a unique_id with other digits in its properties as a conflict', async () => {
  const app = await startApp(events);
  const send = (order: string) =>
    app.post('/api/events', withNumbers(event({ unique_id: 'u', properties: { order } })));
  await send(BIG);
  expect(eventHeader(await send(BIG)).duplicate).toBe('true');
  expect(eventHeader(await send('9007199254740992')).duplicate).toBe('conflict');
});

test('keeps the digits of events in a bulk request', async () => {
  const app = await startApp(events);
  const body = bulk([group({ email }, [{ properties: { order: BIG } }, { properties: { order: `${BIG}7` } }])]);
  const answer = await app.post('/api/event-bulk-create-jobs', withNumbers(body));
  expect(answer.headers['Tributary-Events']).toContain('stored=2');
  const { text } = await app.get('/api/events');
  expect(text).toContain(`"order":${BIG}}`);
  expect(text).toContain(`"order":${BIG}7}`);
});

test('keeps the digits of profile properties through every change', async () => {
  const app = await startApp(profiles);
  const created = await app.post('/api/profiles', withNumbers(profile({ email, properties })));
  expect(created.text).toContain(`"properties":${written}`);
  const path = `/api/profiles/${created.body.data.id}`;
  const change = (attributes: object, meta?: object) =>
    app.send('PATCH', path, withNumbers(profile(attributes, { ...(meta && { meta: { patch_properties: meta } }) })));
  expect((await change({ first_name: 'Ada' })).text).toContain(written);
  const lists = async (meta: object) => {
    const { text } = await change({}, meta);
    return /"list":\[.*?\]/.exec(text)?.[0];
  };
  expect(await lists({ append: { list: [BIG, '9007199254740992', BIG] } })).toBe(`"list":[${BIG},9007199254740992]`);
  expect(await lists({ append: { list: BIG } })).toBe(`"list":[${BIG},9007199254740992]`);
  expect(await lists({ unappend: { list: '9007199254740992' } })).toBe(`"list":[${BIG}]`);
});

test('keeps the digits of profiles in a bulk job', async () => {
  const app = await startBulk();
  const data = [
    profile({ email, properties }).data,
    profile({ email: 'bob@example.com', properties: { n: BIG } }).data,
  ];
  const answer = await app.post(
    '/api/profile-bulk-import-jobs',
    withNumbers({ data: { type: 'profile-bulk-import-job', attributes: { profiles: { data } } } }),
  );
  expect(answer.status).toBe(202);
  await app.drain();
  const { text } = await app.get('/api/profiles');
  expect(text).toContain(written);
  expect(text).toContain(`"n":${BIG}`);
});

test('keeps the digits in JSON cells and list cells, also in a dry run', async () => {
  const app = await startImports();
  const mapping = JSON.stringify({ types: { Order: 'json', Orders: 'list' } });
  const file = `Email,Order,Orders,Seen\n${email},"{""id"":${BIG}}","[${LONG}]","[${BIG}]"\n`;
  await app.put('dry-run/profiles/k.mapping.json', mapping);
  await app.put('profiles/k.mapping.json', mapping);
  const { id } = await app.drop('dry-run/profiles/k.csv', file);
  expect((await app.get(`/api/import-jobs/${id}/changes`)).text).toContain(`{"id":${BIG}}`);
  await app.drop('profiles/k.csv', file);
  const { text } = await app.get('/api/profiles');
  expect(text).toContain(`"properties":{"Order":{"id":${BIG}},"Orders":[${LONG}],"Seen":[${BIG}]}`);
});

test('keeps the digits in the archive and in access files', async () => {
  const archive = await startArchive();
  await archive.makeBucket();
  const { id = '' } = eventHeader(await archive.post('/api/events', withNumbers(event({ properties }))));
  await archive.deliver(await archive.recordsOf(id.slice(0, 26)));
  expect((await archive.archived()).map((line) => line.properties)).toEqual([written]);

  const app = await startFaulty({});
  await app.post('/api/profiles', withNumbers(profile({ email, properties })));
  await app.post('/api/events', withNumbers(event({ properties })));
  const files = await readAccessFile(app, { email });
  const whole = Object.values(files).join('\n');
  expect(whole.match(new RegExp(`\\b${BIG}\\b`, 'g'))?.length).toBeGreaterThanOrEqual(4);
  expect(whole).not.toContain('9007199254740992');
  expect(whole).toContain(LONG);
});

test.each([
  ['0.10000000000000001', 0.1],
  ['0.1000000000000000055511151231257827021181583404541015625', 0.1],
  ['19.989999999999998', 19.989999999999998],
  ['123456789012345.678', 'has too many digits: the nearest number is 123456789012345.67.'],
  ['9007199254740993', 'the nearest number is 9007199254740992'],
])('accepts a value of %s exactly, or refuses it', async (value, expected) => {
  const app = await startApp(events);
  const answer = await app.post('/api/events', JSON.stringify(event({ value: 'N' })).replace('"N"', value));
  if (typeof expected === 'number') {
    expect(answer.status).toBe(202);
    expect((await app.get('/api/events')).body.data[0].attributes.event_properties.$value).toBe(expected);
    return;
  }
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toMatchObject([
    { detail: expect.stringContaining(expected), source: { pointer: '/data/attributes/value' } },
  ]);
});

test('does not accept a long number in place of text, and quotes it as sent', async () => {
  const app = await startApp(profiles);
  const sent = profile({ email, first_name: BIG, location: { latitude: '52.5200065999999981234' } });
  const answer = await app.post('/api/profiles', withNumbers(sent));
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toMatchObject([
    { detail: expect.stringContaining(BIG), source: { pointer: '/data/attributes/first_name' } },
    { source: { pointer: '/data/attributes/location/latitude' } },
  ]);
});

test('accepts any fraction of seconds', async () => {
  const app = await startApp(events);
  const body = JSON.stringify(event({ time: 'T' })).replace('"T"', '1767225599.123456789012');
  expect((await app.post('/api/events', body)).status).toBe(202);
  expect((await app.get('/api/events')).body.data[0].attributes.datetime).toBe('2025-12-31T23:59:59.123+00:00');
});

test('refuses an overlong number, with its length', async () => {
  const app = await startApp(events);
  const body = JSON.stringify(event({ properties: { a: 'N' } })).replace('"N"', `0.${'3'.repeat(2_000)}`);
  const answer = await app.post('/api/events', body);
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toMatchObject([
    {
      detail: 'A number of 2002 digits; at most 1000 are allowed.',
      source: { pointer: '/data/attributes/properties/a' },
    },
  ]);
});
