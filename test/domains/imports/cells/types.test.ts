import { describe, expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

const german = {
  columns: { Mail: 'Email' },
  types: {
    Kundennummer: 'string',
    Umsatz: { type: 'number', decimal: ',' },
    Stammkunde: { type: 'boolean', true: ['ja', 'x'], false: ['nein'] },
    Geburtstag: { type: 'date', format: 'DD.MM.YYYY' },
    Besuch: { type: 'date', format: 'D. MMMM YYYY, HH:mm' },
    Themen: { type: 'list', separator: '|' },
    Marken: 'list',
    Vorlieben: 'json',
    Punkte: 'number',
    Aktiv: 'boolean',
    Seit: 'date',
  },
};
const header = 'Mail,Kundennummer,Umsatz,Stammkunde,Geburtstag,Besuch,Themen,Marken,Vorlieben,Punkte,Aktiv,Seit';

test('cells get the types that the mapping gives their columns', async () => {
  const app = await startImports();
  await app.put('profiles/k.mapping.json', JSON.stringify(german));
  const { attributes } = await app.drop(
    'profiles/k.csv',
    `${header}\nada@example.com,00123,"1.234,50",Ja,10.12.1815,"5. March 2026, 09:30",tea| coffee |,"a, b","{""size"":[1,null]}",12.5,yes,2026-05-06 10:00\nbob@example.com,,,,,,,,,,,\n`,
  );

  expect(attributes).toMatchObject({ status: 'complete', error: null, created_count: 2, failed_count: 0 });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({
    Kundennummer: '00123',
    Umsatz: 1234.5,
    Stammkunde: true,
    Geburtstag: '1815-12-10',
    Besuch: '2026-03-05T09:30:00.000Z',
    Themen: ['tea', 'coffee'],
    Marken: ['a', 'b'],
    Vorlieben: { size: [1, null] },
    Punkte: 12.5,
    Aktiv: true,
    Seit: '2026-05-06T10:00:00.000Z',
  });
  expect((await app.profile('bob@example.com')).attributes.properties).toEqual({});
});

test('a cell of another type fails its row, and every such cell is named', async () => {
  const app = await startImports();
  await app.put('profiles/k.mapping.json', JSON.stringify(german));
  const { id, attributes } = await app.drop(
    'profiles/k.csv',
    `${header}\nada@example.com,1,12.5,vielleicht,31.02.2025,gestern,x,"[1",{,"1,234",2,05/06/2025\n`,
  );

  expect(attributes).toMatchObject({ status: 'complete', failed_count: 1, created_count: 0 });
  const { data } = (await app.get(`/api/import-jobs/${id}/errors`)).body;
  expect(data[0].attributes.problems).toMatchObject([
    { column: 'Umsatz', code: 'invalid_type', message: expect.stringContaining('1234,50') },
    { column: 'Stammkunde', code: 'invalid_type', message: expect.stringContaining('ja or x') },
    { column: 'Geburtstag', code: 'invalid_time', message: expect.stringContaining('DD.MM.YYYY') },
    { column: 'Besuch', code: 'invalid_time' },
    { column: 'Marken', code: 'invalid_type' },
    { column: 'Vorlieben', code: 'invalid_type' },
    { column: 'Punkte', code: 'invalid_type' },
    { column: 'Aktiv', code: 'invalid_type' },
    { column: 'Seit', code: 'ambiguous_time' },
  ]);
});

test('types apply to times and amounts of events, to items and to properties of profiles', async () => {
  const app = await startImports();
  const mapping = {
    types: {
      Timestamp: { type: 'date', format: 'DD.MM.YYYY HH:mm' },
      $value: { type: 'number', decimal: ',' },
      Menge: 'number',
      SKU: 'string',
      'Person//Themen': { type: 'list', separator: ';' },
    },
    group_by: 'Auftrag',
    items: ['SKU', 'Menge'],
  };
  await app.put('events/Bestellung.mapping.json', JSON.stringify(mapping));
  const { attributes } = await app.drop(
    'events/Bestellung.csv',
    'Person//Email,Person//Themen,Timestamp,Auftrag,$value,SKU,Menge\nada@example.com,a;b,05.06.2025 10:00,A1,"€ 12,50",12,2\nada@example.com,,,A1,,13,x\nbob@example.com,,06.06.2025 11:30,A2,"7,25",007,1\n',
  );

  expect(attributes).toMatchObject({ status: 'complete', created_count: 1, failed_count: 2 });
  const { data } = (await app.get('/api/events')).body;
  expect(data[0].attributes).toMatchObject({
    datetime: '2025-06-06T11:30:00.000+00:00',
    event_properties: { $value: 7.25, Items: [{ SKU: '007', Menge: 1 }] },
  });
  expect(await app.report('events/Bestellung.errors.csv')).toMatch(/invalid_type,"Menge: 'x' is not a number/);
});

test('a consent time is read in the format of its column', async () => {
  const app = await startImports();
  const types = { 'Email Marketing Consent Timestamp': { type: 'date', format: 'DD.MM.YYYY HH:mm:ss' } };
  await app.put('profiles/c.mapping.json', JSON.stringify({ types, consent: { basis: 'a form' } }));
  await app.drop(
    'profiles/c.csv',
    'Email,Email Marketing Consent,Email Marketing Consent Timestamp\nada@example.com,Subscribed,03.02.2025 09:10:11\n',
  );
  expect((await app.profile('ada@example.com')).attributes.subscriptions.email.marketing).toMatchObject({
    consent: 'SUBSCRIBED',
    consent_timestamp: expect.stringMatching(/^2025-02-03T09:10:11/),
  });
});

describe('an invalid mapping fails the import', () => {
  test.each([
    [{ types: { Email: 'number' } }, /'Email' is always a string/],
    [{ types: { Size: 'colour' } }, /types\.Size: It must be one of string, number/],
    [{ types: { Size: { type: 'date', format: 'YYYY' } } }, /types\.Size\.format: It must have year/],
    [{ types: { Size: { type: 'date', format: 'DD.MM.YYYY DD' } } }, /types\.Size\.format: It must have/],
    [{ types: { Site: 'string' }, columns: { Mail: 'Email' } }, /columns\.Mail: .* types\.Site: /],
    [{ list: '' }, /list: /],
  ])('%j', async (mapping, reason) => {
    const app = await startImports();
    await app.put('profiles/x.mapping.json', JSON.stringify(mapping));
    const { attributes } = await app.drop('profiles/x.csv', 'Email,Size\nada@example.com,1\n');
    expect(attributes).toMatchObject({ status: 'failed', error: expect.stringMatching(reason), total_count: 0 });
  });
});
