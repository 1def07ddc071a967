import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { columnNameOf, comparable } from '../../../../functions/domains/imports/columns/headers.ts';
import { savedMappings } from '../../../../functions/domains/imports/mappings/store.ts';
import { create } from '../../../../functions/platform/table/write.ts';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const decomposed = 'Pre\u0301fe\u0301rence';
const composed = 'Préférence';
const propertiesOf = async (app: App, email: string) => (await app.profile(email)).attributes.properties;

test('a header is the same name in every Unicode form', async () => {
  const app = await startImports();
  await app.drop('profiles/mac.csv', `Email,${decomposed}\nada@example.com,Zoe\u0301\n`);
  await app.drop('profiles/windows.csv', `Email,${composed}\neve@example.com,Zo\u00e9\n`);
  expect(await propertiesOf(app, 'ada@example.com')).toEqual({ [composed]: 'Zoe\u0301' });
  expect(await propertiesOf(app, 'eve@example.com')).toEqual({ [composed]: 'Zo\u00e9' });

  const twice = await app.drop('profiles/twice.csv', `Email,${decomposed},${composed}\nada@example.com,1,2\n`);
  expect(twice.attributes).toMatchObject({ status: 'failed', error: expect.stringMatching(/twice/) });
});

test('a mapping may use any Unicode form in columns, types and constants', async () => {
  const app = await startImports();
  const mapping = {
    columns: { [composed]: 'First Name' },
    types: { 'A\u0308rger': 'string' },
    constants: { 'Gro\u0308ße': '7' },
  };
  await app.put('profiles/mac.mapping.json', JSON.stringify(mapping));
  const { attributes } = await app.drop('profiles/mac.csv', `Email,${decomposed},Ärger\nada@example.com,Ada,1\n`);
  expect(attributes).toMatchObject({ status: 'complete', created_count: 1 });
  expect((await app.profile('ada@example.com')).attributes).toMatchObject({
    first_name: 'Ada',
    properties: { Ärger: '1', Größe: 7 },
  });
});

test('a saved mapping matches headers in any Unicode form', async () => {
  const app = await startImports();
  const attributes = {
    name: 'Till',
    kind: 'profiles',
    headers: ['Email', decomposed],
    mapping: { columns: { [composed]: 'First Name' } },
  };
  const saved = await app.post('/api/import-mappings', { data: { type: 'import-mapping', attributes } });
  expect(saved.status).toBe(201);
  const job = await app.drop('profiles/till.csv', `\u200bEmail,${composed}\nada@example.com,Ada\n`);
  expect(job.attributes.mapping).toMatchObject({ source: 'saved', id: saved.body.data.id });
});

test.each([decomposed, composed])('a mapping that was saved for %j before normalization is found', async (header) => {
  const app = await startImports();
  const headers = ['Email', decomposed];
  const compared = JSON.stringify(['profiles', headers.map((name) => name.toLowerCase()).toSorted()]);
  const id = createHash('sha256').update(compared).digest('hex').slice(0, 32);
  const mapping = { columns: { [decomposed]: 'First Name' } };
  const at = '2025-01-01T00:00:00.000Z';
  const saved = {
    account: app.account,
    id,
    kind: 'profiles',
    name: 'Till',
    headers,
    mapping,
    created: at,
    updated: at,
  } as const;
  await app.table.write(create(savedMappings, saved));
  const job = await app.drop('profiles/till.csv', `Email,${header}\nada@example.com,Ada\n`);
  expect(job.attributes.mapping).toMatchObject({ source: 'saved', id });
  expect((await app.profile('ada@example.com')).attributes.first_name).toBe('Ada');
});

const event = (name: string) => ({
  data: {
    type: 'event',
    attributes: {
      properties: {},
      metric: { data: { type: 'metric', attributes: { name } } },
      profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } },
    },
  },
});

test('a metric and a list have one name in calls, file names, columns and mappings, whatever the Unicode form', async () => {
  const app = await startImports();
  await app.post('/api/events', event('Café besucht'));
  await app.post('/api/events', event('Cafe\u0301 besucht'));
  await app.drop('events/Cafe\u0301 besucht.csv', 'Email,Timestamp\nada@example.com,2025-05-01\n');
  await app.drop('events/x.csv', 'Email,Timestamp,Metric\nada@example.com,2025-05-02,Cafe\u0301 besucht\n');
  await app.put('events/y.mapping.json', JSON.stringify({ metric: 'Cafe\u0301 besucht' }));
  await app.drop('events/y.csv', 'Email,Timestamp\nada@example.com,2025-05-03\n');
  const { data: metrics } = (await app.get('/api/metrics')).body;
  expect(metrics.map((one: { attributes: { name: string } }) => one.attributes.name)).toEqual(['Café besucht']);

  const made = await app.post('/api/lists', {
    data: { type: 'list', attributes: { name: 'Amis de l’e\u0301te\u0301' } },
  });
  expect(made.body.data.attributes.name).toBe('Amis de l’été');
  await app.put('profiles/l.mapping.json', JSON.stringify({ list: 'Amis de l’e\u0301te\u0301' }));
  await app.drop('profiles/l.csv', 'Email\neve@example.com\n');
  const { data: lists } = (await app.get('/api/lists')).body;
  expect(lists.map((one: { id: string }) => one.id)).toEqual([made.body.data.id]);
  const filter = encodeURIComponent('equals(name,"Amis de l’e\u0301te\u0301")');
  expect((await app.get(`/api/lists?filter=${filter}`)).body.data).toHaveLength(1);
});

const BOM = '\ufeff';

test.each([
  ['a second byte order mark', `${BOM}${BOM}Email,First Name\n`],
  ['a second byte order mark before quotes', `${BOM}${BOM}"Email","First Name"\n`],
  ['a byte order mark behind sep=', `sep=,\n${BOM}"Email",First Name\n`],
  ['a zero-width space before a name', '\u200bEmail,First Name\u200b\n'],
  ['a zero-width space before quotes', 'First Name,\u200b"Email"\n'],
  ['spaces that do not break', '\u00a0Email\u00a0,\u202fFirst\u00a0Name\n'],
  ['direction marks', '\u202aEmail\u202c,\u200eFirst Name\u200f\n'],
  ['a word joiner within a known name', 'Email,First\u2060 Name\n'],
])('%s is ignored', async (_, header) => {
  const app = await startImports();
  const cells = header.startsWith('First') ? 'Ada,ada@example.com' : 'ada@example.com,Ada';
  const { attributes } = await app.drop('profiles/a.csv', `${header}${cells}\n`);
  expect(attributes).toMatchObject({ status: 'complete', created_count: 1 });
  expect((await app.profile('ada@example.com')).attributes).toMatchObject({ first_name: 'Ada', properties: {} });
});

test('invisible characters within a header are reported', async () => {
  const app = await startImports();
  const csv = 'Email,Lieblings\u200bfarbe,\u200bStadtteil\nada@example.com,blau,Süd\n';
  const { attributes } = await app.drop('profiles/a.csv', csv);
  expect(attributes.warnings).toEqual([
    {
      code: 'invisible_characters',
      column: 'Lieblings\u200bfarbe',
      message: expect.stringContaining('U+200B'),
      count: null,
      rows: [],
    },
  ]);
  expect(await propertiesOf(app, 'ada@example.com')).toEqual({ 'Lieblings\u200bfarbe': 'blau', Stadtteil: 'Süd' });
});

test('a name of very many combining marks is compared quickly', () => {
  const marks = `a${'\u0316\u0301'.repeat(60_000)}`;
  const begun = process.cpuUsage();
  for (const read of [columnNameOf, comparable]) expect(read(marks)).toHaveLength(marks.length);
  expect(process.cpuUsage(begun).user).toBeLessThan(1_000_000);
});
