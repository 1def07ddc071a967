import type * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Account } from '../../functions/model/account.ts';
import { parseForAccount } from '../../functions/model/checks.ts';
import { Email, ExternalId, PhoneNumber } from '../../functions/model/identity.ts';
import { toE164 } from '../../functions/model/phone/phone.ts';

const account = { id: 'Ab12Cd', name: 'A shop', timezone: 'UTC', createdAt: '2026-01-01T00:00:00Z' };

/** As a request of the account is parsed. */
const read = (schema: v.GenericSchema<unknown, string>, value: unknown, settings: Partial<Account> = {}) => {
  const { issues, value: output } = parseForAccount({ ...account, ...settings }, schema, value);
  return issues ? undefined : output;
};

describe('an e-mail address', () => {
  test.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['  ada@example.com\n', 'ada@example.com'],
    ["o'brien+tag@sub.example.co.uk", "o'brien+tag@sub.example.co.uk"],
    ['用户@例子.公司', '用户@xn--fsqu00a.xn--55qx5d'],
    ['ada@müller.example', 'ada@xn--mller-kva.example'],
    ['Ada@MÜLLER.example', 'ada@xn--mller-kva.example'],
    ['ada@mu\u0308ller.example', 'ada@xn--mller-kva.example'],
    ['ada@XN--MLLER-KVA.example', 'ada@xn--mller-kva.example'],
    ['ada@ｅｘａｍｐｌｅ．com', 'ada@example.com'],
    ['ada@müller。example', 'ada@xn--mller-kva.example'],
    ['ada@exam\u00adple.com', 'ada@example.com'],
    ['ada@ΣΑΣ.example', 'ada@xn--mxa9ab.example'],
    ['ada@straße.example', 'ada@xn--strae-oqa.example'],
    ['jose\u0301@example.com', 'josé@example.com'],
    ['ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ada@example.com'],
    ['\u200bada@example.com\u2060', 'ada@example.com'],
    ['\ufeff\u00a0ada@example.com\u202c ', 'ada@example.com'],
    ['ada@i❤.ws', 'ada@xn--i-7iq.ws'],
    ['ada@l·l.cat', 'ada@xn--ll-0ea.cat'],
    ['a!b/c|d%e@example.com', 'a!b/c|d%e@example.com'],
    ["{ada}'s@example.com", "{ada}'s@example.com"],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
    [`ada@${'a'.repeat(63)}.com`, `ada@${'a'.repeat(63)}.com`],
  ])('%j is read as %j', (given, expected) => {
    expect(read(Email, given)).toBe(expected);
  });

  test.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'ada@@example.com',
    'a da@example.com',
    'ada@example..com',
    'ada@example.com.',
    'ada@-example.com',
    `ada@${'a'.repeat(64)}.com`,
    `ada@${'ü'.repeat(60)}.com`,
    'ada@exam%70le.com',
    'ada@müller.example/x',
    'ada@ü?.example',
    'ada@１２７.０.０.１',
    '.ada@example.com',
    'ada@example.c',
    'ada@127.0.0.1',
    'Ada <ada@example.com>',
    'ada@example.com,bob@example.com',
    `${'a'.repeat(250)}@example.com`,
    `${'a'.repeat(65)}@example.com`,
    `${'é'.repeat(33)}@example.com`,
    '“ada@example.com”',
    'ada@example.com”',
    '“ada@example.com',
    '‘ada’@example.com',
    'o’brien@example.com',
    '«ada»@example.com',
    '"ada"@example.com',
    "'ada@example.com'",
    "'ada@example.com",
    'ada@example.com!',
    'ada@exa!mple.com',
    'ada@exa’mple.com',
    'ada@example.com®',
    'ada@example.com/',
    'ada@exam|ple.com',
    'ada@exam｜ple.com',
    'ada@exam！ple.com',
    'ada@example.com%20',
    'ada@example%20.com',
    '%20ada@example.com',
    'mailto%3aada@example.com',
    'ada@example-.com',
    'ada@ü-.example',
    'ada@xn--.example',
    'ada@xn--zzzz9.example',
    'ada@xn--example-.com',
    'ada@exam_ple.com',
    'ada\0@example.com',
    'ada\u200b@example.com',
    'ada@exam\ud83dple.com',
    null,
    5,
  ])('%j is refused', (given) => {
    expect(read(Email, given)).toBeUndefined();
  });
});

describe('a phone number', () => {
  test.each([
    ['+4930123456', '+4930123456'],
    ['+49 (30) 123-456', '+4930123456'],
    ['+49 (0)30 123456', '+4930123456'],
    ['+1 212 555 0123', '+12125550123'],
    [' +44 20 7946 0018 ', '+442079460018'],
  ])('%j is read as %j', (given, expected) => {
    expect(read(PhoneNumber, given)).toBe(expected);
  });

  test.each(['', '030 123456', '4930123456', '+', '+49', '+1 555', '+999123456789', 'call me', null, 4930123456])(
    '%j is refused',
    (given) => {
      expect(read(PhoneNumber, given)).toBeUndefined();
    },
  );

  test.each([
    ['030 123456', 'DE', '+4930123456'],
    ['030 123456', ' de ', '+4930123456'],
    ['(212) 555-0123', 'US', '+12125550123'],
    ['+4930123456', 'US', '+4930123456'],
    ['030 123456', 'XX', undefined],
    ['030 123456', undefined, undefined],
  ])('%j dialled in %s is %s', (given, country, expected) => {
    expect(toE164(given, country)).toBe(expected);
  });
});

describe('an external id', () => {
  test.each([
    'null',
    'NULL',
    'undefined',
    'None',
    'anonymous',
    '-1',
    '0',
    '0000',
    '00000000-0000-0000-0000-000000000000',
    '',
    ' ',
  ])('%j is a placeholder for none, and refused', (given) => {
    expect(read(ExternalId, given)).toBeUndefined();
  });

  test.each([
    ['0', ['0'], '0'],
    ['Guest', ['guest', '0'], 'Guest'],
    ['00', ['0'], undefined],
    ['null', ['0'], undefined],
    ['', ['0'], undefined],
  ])('%j is read as %j if %j are allowed', (given, allowedIdentifiers, expected) => {
    expect(read(ExternalId, given, { allowedIdentifiers })).toBe(expected);
  });

  test.each([
    [' 42 ', '42'],
    ['Abc', 'Abc'],
    ['ID-7', 'ID-7'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('%j keeps its case', (given, expected) => {
    expect(read(ExternalId, given)).toBe(expected);
  });

  test('more than 255 bytes are refused', () => {
    expect(read(ExternalId, 'é'.repeat(128))).toBeUndefined();
  });
});
