import { describe, expect, test } from 'vitest';
import { readDate, toDate } from '../../../../functions/domains/imports/cells/dates.ts';
import { toValue } from '../../../../functions/domains/imports/cells/values.ts';
import { consentReader } from '../../../../functions/domains/imports/rows/consents.ts';

test.each([
  ['2026-05-01', '2026-05-01T00:00:00.000Z'],
  ['2026-05-01 10:00', '2026-05-01T10:00:00.000Z'],
  ['2026-05-01T10:00:05.123456Z', '2026-05-01T10:00:05.123Z'],
  ['2026-05-01 10:00:00 +0200', '2026-05-01T08:00:00.000Z'],
  ['2026-05-01 10:00:00-07:30', '2026-05-01T17:30:00.000Z'],
  ['05/05/2026', '2026-05-05T00:00:00.000Z'],
  ['5/16/26 1:05 PM', '2026-05-16T13:05:00.000Z'],
  ['12/31/1999 12:00 AM', '1999-12-31T00:00:00.000Z'],
  ['1777629600', '2026-05-01T10:00:00.000Z'],
  ['1777629600000', '2026-05-01T10:00:00.000Z'],
  ['2026-05-01 10:00:00+02', '2026-05-01T08:00:00.000Z'],
  ['2026-05-01 10:00:00 -03', '2026-05-01T13:00:00.000Z'],
  ['2026-05-01 10:00:00+99:99', undefined],
  ['2026-05-01 10:00:00+02:75', undefined],
  ['2026-05-01-02', undefined],
  ['0001-01-01', undefined],
  ['0001-01-01T00:00:00Z', undefined],
  ['0026-05-01 10:00', undefined],
  ['202605011000', undefined],
  ['2026050110', undefined],
  ['2026-02-30', undefined],
  ['13/06/2026', '2026-06-13T00:00:00.000Z'],
  ['13/13/2026', undefined],
  ['2026-05-01 25:00', undefined],
  ['0/1/2026', undefined],
  ['yesterday', undefined],
  ['', undefined],
])('the date %j is %s', (text, expected) => {
  const date = toDate(text);
  expect(date instanceof Date ? date.toISOString() : date).toBe(expected);
});

test('a date with two possible readings is an error that names both, unless the mapping gives the order', () => {
  expect(readDate('05/06/2026')).toMatchObject({
    code: 'ambiguous_time',
    message: expect.stringMatching(/2026-05-06 \("dates": "month-first"\) or 2026-06-05 \("dates": "day-first"\)/),
  });
  expect(readDate('05/06/2026 10:00', 'day-first')).toEqual(new Date('2026-06-05T10:00:00Z'));
  expect(readDate('05/06/2026', 'month-first')).toEqual(new Date('2026-05-06T00:00:00Z'));
  expect(readDate('13/06/2026', 'month-first')).toMatchObject({ code: 'invalid_time' });
});

test.each([
  ['', undefined],
  ['  ', undefined],
  ['12', 12],
  ['-12.50', -12.5],
  ['0.00', 0],
  ['007', '007'],
  ['+49301234', '+49301234'],
  ['1e5', '1e5'],
  ['1234567890123456', '1234567890123456'],
  ["'8779761975521", '8779761975521'],
  ['TRUE', true],
  ['false', false],
  ['yes', 'yes'],
  ['2026-05-01', '2026-05-01'],
  ['["a", 1]', ['a', 1]],
  ['[a]', '[a]'],
  ['{"a":1}', '{"a":1}'],
])('the property %j is %j', (text, expected) => {
  expect(toValue(text)).toEqual(expected);
});

describe('consent', () => {
  const consentOf = (row: Readonly<Record<string, string>>, file = 'people', mapping = {}) =>
    consentReader({ headers: Object.keys(row), file, mapping })(Object.values(row));

  test("Klaviyo's columns give consent with or without a time", () => {
    const { consents } = consentOf({
      'Email Marketing Consent': 'Subscribed',
      'Email Marketing Consent Timestamp': '2025-01-02 03:04:05',
      'SMS Marketing Consent': 'UNSUBSCRIBED',
      'SMS Transactional Consent': 'Never subscribed',
    });

    expect(consents).toEqual([
      {
        channel: 'email',
        type: 'marketing',
        to: 'SUBSCRIBED',
        at: new Date('2025-01-02T03:04:05Z'),
        column: 'Email Marketing Consent',
      },
      { channel: 'sms', type: 'marketing', to: 'UNSUBSCRIBED', column: 'SMS Marketing Consent' },
    ]);
  });

  test('an opt-in without a time or a basis is refused, unless the mapping gives one', () => {
    const row = { 'Email Marketing Consent': 'Subscribed' };
    expect(consentOf(row).problems).toMatchObject([{ column: 'Email Marketing Consent', code: 'unproved_consent' }]);
    expect(consentOf({ 'Accepts SMS Marketing': 'yes' }).problems).toMatchObject([{ code: 'unproved_consent' }]);
    expect(consentOf({ 'Email Marketing Consent': 'Unsubscribed' }).problems).toEqual([]);

    expect(consentOf({ ...row, 'Consent Basis': 'asked at the fair', 'Consent Source': 'fair' })).toMatchObject({
      problems: [],
      consents: [{ basis: 'asked at the fair', source: 'fair' }],
    });
    const at = '2025-01-01T00:00:00.000Z';
    expect(consentOf(row, 'people', { consent: { basis: 'old shop' } })).toMatchObject({
      problems: [],
      consents: [{ basis: 'old shop' }],
    });
    expect(consentOf(row, 'people', { consent: { at } })).toMatchObject({
      problems: [],
      consents: [{ at: new Date(at) }],
    });
  });

  const words = [
    ...[
      'true',
      'TRUE',
      'yes',
      'Y',
      '1',
      'x',
      'WAHR',
      'JA',
      'Oui',
      'VRAI',
      'Sí',
      'VERDADERO',
      'sì',
      'PRAWDA',
      'ИСТИНА',
      '✓',
      '1.0',
      'نعم',
      'כן',
    ].map((word) => [word, true] as const),
    ...['false', 'No', 'n', '0', 'FALSCH', 'Nein', 'FAUX', 'FAŁSZ', 'HAYIR', 'ЛОЖЬ', '0.0', 'לא', ''].map(
      (word) => [word, false] as const,
    ),
  ];

  test.each(words)('%j means %j in every column for yes or no', (word, answer) => {
    const optOut = consentOf({ 'Unsubscribed from all email': word });
    expect(optOut).toMatchObject({ problems: [], consents: answer ? [{ channel: 'email', to: 'UNSUBSCRIBED' }] : [] });
    const optIn = consentOf({ 'Accepts Email Marketing': word, 'Consent Basis': 'the checkout' });
    expect(optIn).toMatchObject({ problems: [], consents: answer ? [{ channel: 'email', to: 'SUBSCRIBED' }] : [] });
  });

  test.each(['Unsubscribed from all email', 'hs_email_optout', 'Accepts Email Marketing', 'Accepts SMS Marketing'])(
    'a value in %j that is neither yes nor no fails the row',
    (header) => {
      expect(consentOf({ [header]: 'maybe' }).problems).toMatchObject([{ column: header, code: 'invalid_consent' }]);
    },
  );

  test('an opt-out wins over an opt-in in the same row', () => {
    const row = {
      'Email Marketing Consent': 'Subscribed',
      'Unsubscribed from all email': 'true',
      'Consent Basis': 'b',
    };
    expect(consentOf(row)).toMatchObject({ problems: [], consents: [{ channel: 'email', to: 'UNSUBSCRIBED' }] });
    const flags = { 'Accepts Email Marketing': 'yes', hs_email_optout: 'WAHR', 'Consent Basis': 'b' };
    expect(consentOf(flags).consents).toMatchObject([{ to: 'UNSUBSCRIBED' }]);
  });

  test("Shopify's yes is a weak opt-in, and its no changes nothing", () => {
    const { consents } = consentOf({ 'Accepts Email Marketing': 'yes', 'Accepts SMS Marketing': 'no' });

    expect(consents).toMatchObject([{ channel: 'email', to: 'SUBSCRIBED', isWeak: true }]);
  });

  test.each([
    ['subscribed_email_audience_export_a1', { OPTIN_TIME: '2024-01-01 00:00:00', LEID: '1' }, 'SUBSCRIBED'],
    [
      'unsubscribed_email_audience_export_a1',
      { CONFIRM_TIME: '2024-01-01 00:00:00', UNSUB_TIME: '2025-01-01 00:00:00', LEID: '1' },
      'UNSUBSCRIBED',
    ],
    ['subscribed_segment_export_a1 (2).csv', { OPTIN_TIME: '2024-01-01 00:00:00', LEID: '1' }, 'SUBSCRIBED'],
    ['not subscribed_members_export_a1', { OPTIN_TIME: '2024-01-01 00:00:00', LEID: '1' }, undefined],
    ['people', { UNSUB_TIME: '', LEID: '1' }, 'UNSUBSCRIBED'],
    ['nonsubscribed_email_audience_export_a1', { OPTIN_TIME: '2024-01-01 00:00:00', LEID: '1' }, undefined],
    [
      'cleaned_email_audience_export_a1',
      { OPTIN_TIME: '2024-01-01 00:00:00', CLEAN_TIME: '2025-01-01 00:00:00', LEID: '1' },
      undefined,
    ],
    ['people', { OPTIN_TIME: '2024-01-01 00:00:00', LEID: '1' }, undefined],
  ])("Mailchimp's file %s with %j gives %s", (file, row, expected) => {
    expect(consentOf(row, file).consents[0]?.to).toBe(expected);
  });

  test.each(['not subscribed', 'non-subscribed_members_export_a1', 'never subscribed', 'un-subscribed', 'subscribed'])(
    "the file name %j is not one of Mailchimp's",
    (name) => {
      expect(consentOf({ OPTIN_TIME: '2024-01-01 00:00:00', LEID: '1' }, name).consents).toEqual([]);
    },
  );

  test('an unknown status and an unreadable time are reported at their columns', () => {
    const { problems } = consentOf({ 'Email Marketing Consent': 'maybe', 'SMS Marketing Consent Timestamp': 'soon' });

    expect(problems).toMatchObject([
      { column: 'Email Marketing Consent', code: 'invalid_consent' },
      { column: 'SMS Marketing Consent Timestamp', code: 'invalid_time' },
    ]);
  });
});
