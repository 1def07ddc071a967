import { describe, expect, test } from 'vitest';
import { readPhoneNumber } from '../../functions/model/phone/phone.ts';
import { startImports } from '../domains/imports/start-imports.ts';
import { attributesOf, profile } from '../domains/profiles/people.ts';

describe('a phone number', () => {
  test.each([
    ['+14365551234', undefined],
    ['+16795551234', undefined],
    ['(436) 555-1234', 'US'],
    ['+15555555555', undefined],
  ])('%s (%s) is stored although no known numbering plan has it', (text, country) => {
    expect(readPhoneNumber(text, { country })).toMatchObject({ isDoubtful: true });
  });

  test.each([
    ['+4930123456', undefined, '+4930123456'],
    ['＋４９ ３０ １２３４５６', undefined, '+4930123456'],
    ['\u202a+49 30 123456\u202c', undefined, '+4930123456'],
    ['+49\u00a030\u2011123456', undefined, '+4930123456'],
    ['(+49) 30/123456', undefined, '+4930123456'],
    ['tel:+49-30-123456', undefined, '+4930123456'],
    ['+49 30 123456 ext. 5', undefined, '+4930123456'],
    ['01.23.45.67.89', 'FR', '+33123456789'],
    ['030/123456', 'DE', '+4930123456'],
    ['15141234567', 'DE', '+4915141234567'],
  ])('%s (%s) is %s without doubt', (text, country, number) => {
    expect(readPhoneNumber(text, { country })).toEqual({ number, isDoubtful: false });
  });

  test.each([
    ['4155552671.0', 'US', '+14155552671'],
    ['33612345678,00', 'FR', '+33612345678'],
    ['+4915141234567.0', undefined, '+4915141234567'],
  ])('%s (%s) is a number in a cell, and none in a call', (text, country, number) => {
    expect(readPhoneNumber(text, { country, isCell: true })?.number).toBe(number);
    expect(readPhoneNumber(text, { country })).toBeUndefined();
  });

  test.each([
    ['4915141234567', 'DE'],
    ['491711234567', 'DE'],
    ['4915141234567.0', 'DE'],
  ])('%s (%s) has two readings, and is refused', (text, country) => {
    expect(readPhoneNumber(text, { country, isCell: true })).toBeUndefined();
  });

  test.each([
    ['3931234567', 'IT', '+393931234567'],
    ['436641234567', 'AT', '+436641234567'],
    ['14155552671', 'US', '+14155552671'],
    ['04915 123456', 'DE', '+494915123456'],
  ])('%s (%s) has one reading', (text, country, number) => {
    expect(readPhoneNumber(text, { country, isCell: true })?.number).toBe(number);
  });

  test.each([
    ...['4915141234567.5', '4.91514E+12', '+4.91514E+12', '4,91514E+12', '4.91514E12', '-4915141234567', '4.9e12'],
    ...[
      '2026-05-01',
      '+2026-05-01',
      '2026-05-01 10:00:00',
      '2026/5/1',
      '2026.05.01',
      '2026-05',
      '05/2026',
      '01.05.2026',
    ],
    ...[
      '5/1/2026',
      '1. 5. 2026',
      '01-05-26',
      '01.05.26',
      'May-05',
      '1. Mai 2026',
      '#ZAHL!',
      '12345 67890 or so',
      '+49',
    ],
    ...['+999123456789', '+1 436 555 123', '+4912', `+49${'1'.repeat(200)}`],
  ])('%s is no number, in any country', (text) => {
    for (const country of ['DE', 'US', 'AT', undefined])
      expect([country, readPhoneNumber(text, { country, isCell: true })]).toEqual([country, undefined]);
  });
});

test('a call lists its doubtful numbers', async () => {
  const app = await startImports();
  const made = await app.post('/api/profiles', profile({ phone_number: '+1 (436) 555-1234' }));
  expect(made.status).toBe(201);
  expect(made.headers['Tributary-Doubtful']).toBe('/data/attributes/phone_number');
  expect(await attributesOf(app, made.body.data.id)).toMatchObject({ phone_number: '+14365551234' });
  const filter = encodeURIComponent('equals(phone_number,"+14365551234")');
  expect((await app.get(`/api/profiles?filter=${filter}`)).body.data).toHaveLength(1);

  const sure = await app.post('/api/profiles', profile({ phone_number: '+4930123456' }));
  expect(sure.headers).not.toHaveProperty('Tributary-Doubtful');

  const sms = (phone_number: string) => ({
    type: 'profile',
    attributes: { phone_number, subscriptions: { sms: { marketing: { consent: 'SUBSCRIBED' } } } },
  });
  const subscribed = await app.post('/api/profile-subscription-bulk-create-jobs', {
    data: {
      type: 'profile-subscription-bulk-create-job',
      attributes: { profiles: { data: [sms('+4930123456'), sms('+16795551234'), sms('+14365551234')] } },
    },
  });
  expect(subscribed.status).toBe(202);
  expect(subscribed.headers['Tributary-Doubtful']).toBe(
    '/data/attributes/profiles/data/1/attributes/phone_number, /data/attributes/profiles/data/2/attributes/phone_number',
  );
  const anybody = await app.post(
    `/client/profiles?company_id=${app.account}`,
    profile({ phone_number: '+16795551234' }),
    {},
  );
  expect([anybody.status, anybody.headers['Tributary-Doubtful']]).toEqual([202, '/data/attributes/phone_number']);
  const float = await app.post('/api/profiles', profile({ phone_number: '+4915141234567.0' }));
  expect([float.status, float.body.errors[0].detail]).toEqual([400, expect.stringMatching(/decimal/)]);
});

test('a file lists the rows of its doubtful numbers', async () => {
  const app = await startImports({ windowRows: 2 });
  const csv = [
    'Email,Phone Number,Country',
    'a@example.com,+14365551234,',
    'b@example.com,33612345678.0,FR',
    'c@example.com,2026-05-01,DE',
    'd@example.com,(679) 555-1234,US',
    'wrong,+14365551299,',
    'e@example.com,4.91514E+12,DE',
    'f@example.com,4915141234567,DE',
  ].join('\n');
  const tried = await app.drop('dry-run/profiles/people.csv', csv);
  const { id, attributes } = await app.drop('profiles/people.csv', csv);
  expect(attributes).toMatchObject({ status: 'complete', created_count: 3, failed_count: 4 });
  expect(attributes.warnings).toEqual([
    {
      code: 'doubtful_phone_number',
      column: 'Phone Number',
      message: expect.stringMatching(/numbering plan/),
      count: 2,
      rows: [2, 5],
    },
  ]);
  expect(tried.attributes.warnings).toEqual(attributes.warnings);
  const notes = (await app.get(`/api/import-jobs/${id}/notes`)).body.data;
  const doubted = { code: 'doubtful_phone_number', column: 'Phone Number' };
  expect(notes.map((one: { attributes: object }) => one.attributes)).toMatchObject(
    [2, 5].map((row_number) => ({ row_number, code: doubted.code, problems: [doubted] })),
  );
  expect((await app.profile('a@example.com')).attributes.phone_number).toBe('+14365551234');
  expect((await app.profile('b@example.com')).attributes.phone_number).toBe('+33612345678');
  const { data } = (await app.get(`/api/import-jobs/${id}/errors`)).body;
  const told = data.map((one: { attributes: { row_number: number; message: string } }) => [
    one.attributes.row_number,
    one.attributes.message,
  ]);
  expect(told).toEqual([
    [4, expect.stringMatching(/is a date/)],
    [6, expect.anything()],
    [7, expect.stringMatching(/rounded/)],
    [8, expect.stringMatching(/\+4915141234567 or \+494915141234567/)],
  ]);
});
