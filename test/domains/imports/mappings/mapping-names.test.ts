import { expect, test } from 'vitest';
import { belongsTo } from '../../../../functions/domains/imports/mappings/mapping-file.ts';
import { startImports } from '../start-imports.ts';

test.each([
  ['a/people.mapping.json', 'a/people.csv', true],
  ['a/people.csv.mapping.json', 'a/people.csv', true],
  ['a/people.CSV.Mapping.JSON', 'a/people.csv', true],
  ['a/people.csv.gz.mapping.json', 'a/people.csv.gz', true],
  ['a/people.csv.mapping.json', 'a/people.csv.gz', true],
  ['a/people.mapping.json', 'a/people.errors.csv', true],
  ['a/people.tsv.mapping.json', 'a/people.errors.2.csv', true],
  ['a/people.errors.mapping.json', 'a/people.errors.csv', true],
  ['a/people.errors.csv.mapping.json', 'a/people.errors.csv', true],
  ['a/people.tsv.mapping.json', 'a/people.csv', false],
  ['a/people.c.mapping.json', 'a/people.csv', false],
  ['a/people2.mapping.json', 'a/people.csv', false],
  ['a/People.mapping.json', 'a/people.csv', false],
  ['a/people.json', 'a/people.csv', false],
  ['a/people.errors.mapping.json', 'a/people.csv', false],
])('whether %s is a mapping of %s: %s', (mapping, file, isIts) => {
  expect(belongsTo(mapping, file)).toBe(isIts);
});

const text = 'Kontakt;Straßen\nada@example.com;x\n';
const mapping = JSON.stringify({ columns: { Kontakt: 'Email', Straßen: null } });
const marked = `\ufeff${mapping}`;

test.each([
  ['people.mapping.json', Buffer.from(marked)],
  ['people.csv.mapping.json', Buffer.from(marked, 'utf16le')],
  ['people.csv.Mapping.Json', Buffer.from(marked, 'utf16le').swap16()],
  ['people.mapping.json', Buffer.from(mapping, 'utf16le')],
  ['people.mapping.json', Buffer.from(mapping, 'latin1')],
])('%s is read as editors save it', async (name, body) => {
  const app = await startImports();
  await app.put(`profiles/${name}`, body);
  const { attributes } = await app.drop('profiles/people.csv', text);
  expect(attributes).toMatchObject({
    status: 'complete',
    created_count: 1,
    mapping: { source: 'file', id: `profiles/${name}` },
  });
});

test('two mappings beside a file are refused', async () => {
  const app = await startImports();
  await app.put('profiles/people.mapping.json', mapping);
  await app.put('profiles/people.csv.mapping.json', mapping);
  const { attributes } = await app.drop('profiles/people.csv', text);
  expect(attributes).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(/several mappings.*people\.csv\.mapping\.json, people\.mapping\.json/),
  });
});

test('a late mapping lets its import continue, under either name', async () => {
  const app = await startImports();
  expect((await app.drop('profiles/people.csv', text)).attributes.status).toBe('failed');
  await app.put('profiles/people.csv.mapping.json', mapping);
  await app.deliver(await app.notice('profiles/people.csv.mapping.json'));
  await app.drain();
  expect((await app.job('profiles/people.csv')).attributes).toMatchObject({ status: 'complete', created_count: 1 });
});
