import { describe, expect, test } from 'vitest';
import { changeAccount } from '../../functions/domains/accounts/actions.ts';
import type { Account } from '../../functions/model/account.ts';
import { parseForAccount } from '../../functions/model/checks.ts';
import { AnonymousId, Email, ExternalId, PhoneNumber } from '../../functions/model/identity.ts';
import { startImports } from '../domains/imports/start-imports.ts';
import { profile } from '../domains/profiles/people.ts';

const account = { id: 'Ab12Cd', name: 'A shop', timezone: 'UTC', createdAt: '2026-01-01T00:00:00Z' };
const schemas = { external_id: ExternalId, anonymous_id: AnonymousId, email: Email, phone_number: PhoneNumber };

const problemOf = (kind: keyof typeof schemas, value: string, settings: Partial<Account> = {}) =>
  parseForAccount({ ...account, ...settings }, schemas[kind], value).issues?.[0]?.message;

/** Separated by two spaces, since some contain one. */
const valuesIn = (text: string): string[] => text.trim().split(/\s{2,}/);

const missing = valuesIn(String.raw`
  null  NULL  "null"  'NULL'  “null”  \"null\"  \N  \\N  (null)  <null>  [NULL]  undefined  "undefined"  None  nil
  NaN  -nan  NaT  <NA>  N/A  n.a.  k.A.  -  --  —  ?  0  000  0.0  {}  []  ""  ffffffff-ffff-ffff-ffff-ffffffffffff
  00000000-0000-0000-0000-000000000000  not_authenticated  not authenticated  distinct_id  distinctid  anonymous  guest
  unknown  email  user_id  userId  customer-id  external_id  [object Object]  [object Undefined]  (not set)  (none)
  (blank)  (leer)  (Leer)  (vide)  (en blanco)  (vuoto)  (vazio)  (leeg)  (tom)  (tyhjä)  (puste)  (prázdné)  (üres)
  (пусто)  (boş)  (κενό)  (空白)  （空白）  (비어 있음)  (ריק)  (فارغ)  (ว่าง)  (trống)
`);

const templates = valuesIn(`
  {{ person.email }}  {{email}}  user-{{ id }}  {{ customer.id  {% if x %}  %recipient%  %%emailaddr%%
  %recipient_email%  *|EMAIL|*  [[email]]  \${email}  #{id}  <%= id %>  {$id}  {!Contact.Id}  {user_id}  {userId}
  <<email>>  «Email»  @@id@@  ##ID##  __USER_ID__  :user_id  <user_id>  [EMAIL]  $(id)
`);

/** Error values of Excel in its languages, LibreOffice and Google Sheets. */
const errors = valuesIn(`
  #N/A  #n/a  #REF!  #VALUE!  #DIV/0!  #NAME?  #NUM!  #NULL!  #SPILL!  #CALC!  #FIELD!  #GETTING_DATA  #ERROR!
  ########  Err:502  #NV  #WERT!  #BEZUG!  #ZAHL!  #ÜBERLAUF!  #VALEUR!  #NOMBRE!  #¡VALOR!  #¿NOMBRE?  #¡DIV/0!
  #N/D  #RIF!  #NÚM!  #N/B  #WAARDE!  #DEEL/0!  #I/T  #VÆRDI!  #SAKNAS!  #VÄRDEFEL!  #DIVISION/0!  #PUUTTUU!
  #JAKO/0!  #N/D!  #ARG!  #DZIEL/0!  #N/V  #NENÍ_K_DISPOZICI  #DĚLENÍ_NULOU!  #HIÁNYZIK  #ZÉRÓOSZTÓ!  #NEDOSTUPNÝ
  #NEDOSTUPNÉ  #Н/Д  #ЗНАЧ!  #ССЫЛКА!  #ДЕЛ/0!  #YOK  #DEĞER!  #SAYI/0!  #Δ/Υ  #ΤΙΜΗ!  #ΔΙΑΙΡ./0!  #VRIJEDNOST!
`);

const rounded = valuesIn('4.71E+12  4,71E+12  4.71e+12  4.71E12  1E+15  -4.71E+12  471.2E+9  4.71234567E+20');

const somebody = valuesIn(`
  1  4711  10  C-0001  12345e67  7e3  1E10  0xdeadbeef  Null-Meier  nullable  anna  a@b  NA-17  #1234  #ABC  #7!  100%
  {6F9619FF-8B86-D011-B42D-00CF4FC964FF}  (030) 1234  a%20b%20c  50%off  x_y_z  __a1__  user:42  urn:user:7
  auth0|5f7c8ec7c33c6c004bbafe82  google-oauth2|1  cus_NffrFeUfNV2Hib  gid://shopify/Customer/1  {"a":{"b":1}}
  4.5  1.2.3  id7  user_idx  ada[1]  k.a.meier  <1@example.com>  2024-05-01  $5
`);

describe.each([
  ['what systems send', missing, /is a placeholder for a missing/],
  ['a template', templates, /is a template/],
  ['an error of a spreadsheet', errors, /is an error of a spreadsheet/],
  ['a rounded number', rounded, /rounded/],
] as const)('%s', (_, values, reason) => {
  test.each(values)('%s is a placeholder, and refused as such', (value) => {
    for (const kind of ['external_id', 'anonymous_id'] as const) expect(problemOf(kind, value)).toMatch(reason);
    expect(problemOf('email', value)).toMatch(reason);
    expect(problemOf('phone_number', value)).toMatch(reason);
  });

  test('an account may accept them', () => {
    for (const value of values)
      expect([value, problemOf('external_id', value, { allowedIdentifiers: [value] })]).toEqual([value, undefined]);
  });
});

test.each(somebody)('%s is no placeholder', (value) => {
  expect(problemOf('external_id', value)).toBeUndefined();
  expect(problemOf('anonymous_id', value)).toBeUndefined();
});

test.each(['{{first_name}}@example.com', '%recipient%@example.com', '%%user%%@example.com', '*|USER|*@example.com'])(
  'the address %s is a template, unless it is allowed',
  (email) => {
    expect(problemOf('email', email)).toMatch(/is a template/);
    expect(problemOf('email', email, { allowedIdentifiers: [email] })).toBeUndefined();
  },
);

test('files and calls refuse them with the same reason', async () => {
  const app = await startImports();
  const { body } = await app.post('/api/profiles', profile({ external_id: '#NV', email: '{{ email }}' }));
  expect(body.errors.map(({ detail }: { detail: string }) => detail)).toEqual([
    expect.stringMatching(/spreadsheet/),
    expect.stringMatching(/template/),
  ]);
  const csv =
    'Email,External ID,Phone Number\na@example.com,#N/A,\nb@example.com,4.71E+12,\nNULL,7,\nc@example.com,8,(leer)\n';
  const { id, attributes } = await app.drop('profiles/people.csv', csv);
  expect(attributes).toMatchObject({ created_count: 0, failed_count: 4 });
  const { data } = (await app.get(`/api/import-jobs/${id}/errors`)).body;
  const told = data.map((one: { attributes: { code: string; message: string } }) => [
    one.attributes.code,
    one.attributes.message,
  ]);
  expect(told).toEqual([
    ['invalid_external_id', expect.stringMatching(/spreadsheet/)],
    ['invalid_external_id', expect.stringMatching(/rounded/)],
    ['invalid_email', expect.stringMatching(/missing email/)],
    ['invalid_phone_number', expect.stringMatching(/missing phone_number/)],
  ]);
});

test("an account's exceptions apply to its files and calls", async () => {
  const app = await startImports();
  await changeAccount(app.account, { allowedIdentifiers: ['#N/A', '4.71E+12'] }, app.services);
  const { attributes } = await app.drop('profiles/people.csv', 'External ID\n#N/A\n4.71E+12\n#NV\n');
  expect(attributes).toMatchObject({ created_count: 2, failed_count: 1 });
});
