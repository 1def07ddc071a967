import { describe, expect, test } from 'vitest';
import { countryCode } from '../../../../functions/domains/imports/cells/country.ts';
import { toDate } from '../../../../functions/domains/imports/cells/dates.ts';
import { candidatesOf } from '../../../../functions/domains/imports/columns/headers.ts';
import { startImports } from '../start-imports.ts';

test.each([
  ['UK', 'GB'],
  ['USA', 'US'],
  ['U.S.A.', 'US'],
  ['DEU', 'DE'],
  ['276', 'DE'],
  ['de', 'DE'],
  ['Deutschland', 'DE'],
  ['ÖSTERREICH', 'AT'],
  ['Allemagne', 'DE'],
  ['Alemania', 'DE'],
  ['Germania', 'DE'],
  ['Duitsland', 'DE'],
  ['Alemanha', 'DE'],
  ['Niemcy', 'DE'],
  ['Great Britain', 'GB'],
  ['Czech Republic', 'CZ'],
  ['Turkey', 'TR'],
  ['Türkiye', 'TR'],
  ['The Netherlands', 'NL'],
  ['Espana', 'ES'],
  ["Cote d'Ivoire", 'CI'],
  ['Россия', 'RU'],
  ['日本', 'JP'],
  ['United Kingdom (UK)', 'GB'],
  ['Narnia', undefined],
  ['', undefined],
])('the country %j is %s', (name, code) => {
  expect(countryCode(name)).toBe(code);
});

const people = [
  'E-Mail-Adresse;Vorname;Nachname;Telefon;Straße;PLZ;Ort;Land;Firma',
  'Adresse e-mail;Prénom;Nom;Téléphone;Adresse;Code postal;Ville;Pays;Société',
  'Correo electrónico;Nombre;Apellidos;Teléfono;Dirección;Código postal;Ciudad;País;Empresa',
  'Indirizzo email;Nome;Cognome;Telefono;Indirizzo;CAP;Città;Paese;Azienda',
  'E-mailadres;Voornaam;Achternaam;Telefoonnummer;Adres;Postcode;Plaats;Land;Bedrijf',
  'Endereço de e-mail;Nome;Sobrenome;Telefone;Endereço;CEP;Cidade;País;Empresa',
  'Adres e-mail;Imię;Nazwisko;Telefon;Adres;Kod pocztowy;Miasto;Kraj;Firma',
  'E-Mail Adresse;Vorname;Familienname;Tel.;Anschrift;PLZ;Wohnort;Staat;Firma',
  'ADRESSE MAIL;PRENOM;NOM DE FAMILLE;TEL;RUE;C.P.;VILLE;PAYS;SOCIETE',
  'Correo electronico;Nombre;Apellidos;Telefono movil;Direccion;Codigo postal;Poblacion;Pais;Empresa',
];

test.each(people)('the header %s names the fields of a profile', async (header) => {
  const app = await startImports();
  const { attributes } = await app.drop(
    'profiles/x.csv',
    `${header}\nada@example.com;Ada;Lovelace;0171 2345678;Ring 1;01234;Köln;Deutschland;AE\n`,
  );
  expect(attributes).toMatchObject({ created_count: 1 });
  expect((await app.profile('ada@example.com')).attributes).toMatchObject({
    first_name: 'Ada',
    last_name: 'Lovelace',
    phone_number: '+491712345678',
    organization: 'AE',
    location: { address1: 'Ring 1', zip: '01234', city: 'Köln', country: 'Deutschland' },
    properties: {},
  });
});

test('a name alone is the whole name, not the last name', () => {
  for (const name of ['Name', 'Nom', 'Naam']) {
    expect(candidatesOf(['Email', name]).has('last_name')).toBe(false);
    expect(candidatesOf(['Email', 'Prénom', name]).get('last_name')).toEqual([2]);
  }
});

describe('dates', () => {
  test.each([
    ['01.02.2024', '2024-02-01T00:00:00.000Z'],
    ['1. 2. 2024', '2024-02-01T00:00:00.000Z'],
    ['01.02.24 14:05', '2024-02-01T14:05:00.000Z'],
    ['01.02.2024 14.05', '2024-02-01T14:05:00.000Z'],
    ['01.02.2024 14:05:06 Uhr', '2024-02-01T14:05:06.000Z'],
    ['31-12-2024', '2024-12-31T00:00:00.000Z'],
    ['2024/12/31 10:00', '2024-12-31T10:00:00.000Z'],
    ['2024. 12. 31.', '2024-12-31T00:00:00.000Z'],
    ['31/12/2024 2:05 p. m.', '2024-12-31T14:05:00.000Z'],
    ['31.12.2024 25:00', undefined],
    ['01.13.2024', '2024-01-13T00:00:00.000Z'],
    ['24-12-31', undefined],
    ['1.2', undefined],
    ['01.02/2024', undefined],
  ])('%j is %s', (text, expected) => {
    const date = toDate(text);
    expect(date instanceof Date ? date.toISOString() : date).toBe(expected);
  });

  const timesOf = async (app: Awaited<ReturnType<typeof startImports>>) =>
    (await app.get('/api/events?sort=datetime')).body.data.map((one: { attributes: { datetime: string } }) =>
      one.attributes.datetime.slice(0, 10),
    );

  test('one date with a single reading sets the order of its column, and of the others', async () => {
    const app = await startImports();
    const text = [
      'Email,Timestamp,Seen',
      'a@example.com,05/06/2025,01/02/2025',
      'b@example.com,06/06/2025,25/02/2025',
      'c@example.com,07-08-2025,03/02/2025',
    ].join('\n');
    await app.put('events/Seen.mapping.json', '{"types":{"Seen":"date"}}');
    const { attributes } = await app.drop('events/Seen.csv', text);
    expect(attributes).toMatchObject({ created_count: 3, failed_count: 0 });
    expect(await timesOf(app)).toEqual(['2025-06-05', '2025-06-06', '2025-08-07']);
    const { data } = (await app.get('/api/events?sort=datetime')).body;
    expect(data[0].attributes.event_properties.Seen).toBe('2025-02-01');
  });

  test('a date that stays ambiguous fails its row, unless the mapping gives the order', async () => {
    const app = await startImports();
    const text = 'Email,Timestamp\na@example.com,05/06/2025\nb@example.com,06/06/2025\n';
    const { id, attributes } = await app.drop('events/Seen.csv', text);
    expect(attributes).toMatchObject({ created_count: 1, failed_count: 1 });
    const [row] = (await app.get(`/api/import-jobs/${id}/errors`)).body.data;
    expect(row.attributes.code).toBe('ambiguous_time');
    await app.put('events/Said.mapping.json', '{"dates":"day-first","metric":"Seen"}');
    expect((await app.drop('events/Said.csv', text)).attributes).toMatchObject({ created_count: 1, failed_count: 0 });
  });

  test('columns that contradict each other keep their own order, and a mixed column has none', async () => {
    const app = await startImports();
    const consent = 'Email Marketing Consent,Email Marketing Consent Timestamp';
    const text = `Email,${consent}\na@example.com,Subscribed,03/04/2025\nb@example.com,Subscribed,25/04/2025\nc@example.com,Subscribed,04/25/2025\n`;
    const { attributes } = await app.drop('profiles/x.csv', text);
    expect(attributes).toMatchObject({ created_count: 2, failed_count: 1 });
  });

  test('corrected failed rows are read with the date order of their file', async () => {
    const app = await startImports();
    const text = 'Email,Timestamp\nnobody,05/06/2025\nb@example.com,16/06/2025\n';
    await app.drop('events/Seen.csv', text);
    const failed = (await app.report('events/Seen.errors.csv')) ?? '';
    const { attributes } = await app.drop('events/Seen.errors.csv', failed.replace('nobody', 'a@example.com'));
    expect(attributes).toMatchObject({ created_count: 1, failed_count: 0 });
    expect(await timesOf(app)).toEqual(['2025-06-05', '2025-06-16']);
  });
});
