import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

/** Names that every JavaScript object inherits: what it has by them is not a property of a profile. */
const names = ['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty'];
const members = (value: (name: string) => unknown) =>
  JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}: ${JSON.stringify(value(name))}`).join(', ')}}`);
const entriesOf = (of: object) => Object.entries(of).toSorted(([a], [b]) => (a < b ? -1 : 1));
const expected = (value: (name: string) => unknown) => entriesOf(members(value));

test('columns of profiles, and of people in events, may have any name', async () => {
  const app = await startImports();
  const csv = `Email,${names.join(',')}\nada@example.com,${names.map((name) => `${name}!`).join(',')}\n`;
  await app.drop('dry-run/profiles/a.csv', csv);
  const tried = await app.job('dry-run/profiles/a.csv');
  const changes = (await app.get(`/api/import-jobs/${tried.id}/changes`)).body.data[0].attributes.fields;
  const fields = changes.map(({ field }: { field: string }) => field);
  for (const name of names) expect(fields).toContain(`properties.${name}`);
  await app.drop('profiles/a.csv', csv);
  expect(entriesOf((await app.profile('ada@example.com')).attributes.properties)).toEqual(
    expected((name) => `${name}!`),
  );

  const person = names.map((name) => `Person//${name}`);
  const header = ['Person//Email', 'Timestamp', ...person, ...names].join(',');
  const cells = ['eve@example.com', '2025-05-01', ...names, ...names].join(',');
  const { attributes } = await app.drop('events/constructor.csv', `${header}\n${cells}\n`);
  expect(attributes).toMatchObject({ created_count: 1 });
  expect(entriesOf((await app.profile('eve@example.com')).attributes.properties)).toEqual(expected((name) => name));
  const [event] = (await app.get('/api/events')).body.data;
  expect(entriesOf(event.attributes.event_properties).filter(([name]) => names.includes(name))).toEqual(
    expected((name) => name),
  );
  const [metric] = (await app.get('/api/metrics')).body.data;
  expect(metric.attributes.name).toBe('constructor');
});

test('mappings may name such columns, and rename columns to such names', async () => {
  const app = await startImports();
  const columns = JSON.parse('{"__proto__": "Nickname", "constructor": "Email", "Shop": "toString"}');
  const mapping = {
    columns,
    types: { toString: 'string' },
    constants: JSON.parse('{"__proto__": "x"}'),
    list: '__proto__',
  };
  const text = JSON.stringify(mapping);
  expect(text).toContain('"__proto__":"Nickname"');
  await app.put('profiles/a.mapping.json', text);
  const { attributes } = await app.drop('profiles/a.csv', 'constructor,__proto__,Shop\nada@example.com,Ada,1\n');
  expect(attributes).toMatchObject({ status: 'complete', created_count: 1, list_id: '__proto__' });
  expect(entriesOf((await app.profile('ada@example.com')).attributes.properties)).toEqual([
    ['Nickname', 'Ada'],
    ['__proto__', 'x'],
    ['toString', '1'],
  ]);
  expect((await app.get('/api/lists')).body.data.map((one: { id: string }) => one.id)).toEqual(['__proto__']);
});

const upsert = (attributes: object, meta?: object) => ({
  data: { type: 'profile', attributes, ...(meta && { meta }) },
});

test('members of JSON may have any name', async () => {
  const app = await startImports();
  const email = 'ada@example.com';
  const propertiesNow = async () => entriesOf((await app.profile(email)).attributes.properties);
  const send = (attributes: object, meta?: object) =>
    app.post('/api/profile-import', upsert({ email, ...attributes }, meta));
  expect((await send({ properties: members(() => 1) })).status).toBe(201);
  expect(await propertiesNow()).toEqual(expected(() => 1));
  await send({ properties: members((name) => ({ [name]: [] })) });
  expect(await propertiesNow()).toEqual(expected((name) => ({ [name]: [] })));
  await send({ properties: members(() => ['a']) });
  await send({}, { patch_properties: { append: members(() => 'b') } });
  expect(await propertiesNow()).toEqual(expected(() => ['a', 'b']));
  await send({}, { patch_properties: { unappend: members(() => 'a') } });
  expect(await propertiesNow()).toEqual(expected(() => ['b']));

  const other = (await app.post('/api/profiles', upsert({ email: 'eve@example.com' }))).body.data.id;
  const { id } = await app.profile(email);
  const merge = {
    data: { type: 'profile-merge', id: other, relationships: { profiles: { data: [{ type: 'profile', id }] } } },
  };
  expect((await app.post('/api/profile-merge', merge)).status).toBeLessThan(300);
  expect(await propertiesNow()).toEqual(expected(() => ['b']));

  await send({}, { patch_properties: { unset: names } });
  expect(await propertiesNow()).toEqual([]);
});

test('invalid degrees are refused in files and in calls', async () => {
  const app = await startImports();
  const place = (latitude: unknown) =>
    app.post('/api/profile-import', upsert({ email: 'ada@example.com', location: { latitude } }));
  for (const latitude of [999, '999', '999,5', -181]) expect((await place(latitude)).status).toBe(400);
  const csv =
    'Email,Latitude,Longitude\na@example.com,999,1\nb@example.com,1,-180.5\nc@example.com,"999,5",1\nd@example.com,48.1,11.5\n';
  const { id, attributes } = await app.drop('profiles/a.csv', csv);
  expect(attributes).toMatchObject({ created_count: 1, failed_count: 3 });
  const { data } = (await app.get(`/api/import-jobs/${id}/errors`)).body;
  expect(
    data.map(
      (one: { attributes: { column: string; code: string } }) => `${one.attributes.column} ${one.attributes.code}`,
    ),
  ).toEqual(['Latitude invalid_location', 'Longitude invalid_location', 'Latitude invalid_location']);
  expect((await app.profile('d@example.com')).attributes.location).toMatchObject({ latitude: 48.1, longitude: 11.5 });

  const events = 'Person//Email,Timestamp,Person//Latitude\na@example.com,2025-05-01,999\n';
  expect((await app.drop('events/Seen.csv', events)).attributes).toMatchObject({ created_count: 0, failed_count: 1 });
});
