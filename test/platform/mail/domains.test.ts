import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMailDomains } from '../../../functions/platform/mail/domains.ts';
import { startDns } from './dns-server.ts';

let dns: Awaited<ReturnType<typeof startDns>>;
beforeAll(async () => {
  dns = await startDns({
    'mail.example': [{ mx: 'mx.mail.example' }],
    'host.example': [{ a: '192.0.2.7' }],
    'six.example': [{ aaaa: '2001:db8::7' }],
    'null.example': [{ mx: '.' }],
    'empty.example': [],
    'xn--mnchen-3ya.example': [{ mx: 'mx.mail.example' }],
    'broken.example': 'failure',
    'silent.example': 'silence',
  });
});
afterAll(() => dns.stop());

test.each([
  ['has an exchange', 'mail.example', true],
  ['has none, but a host', 'host.example', true],
  ['has a host by IPv6', 'six.example', true],
  ['is written in other letters', 'münchen.example', true],
  ['says that it takes none (RFC 7505)', 'null.example', false],
  ['has nothing', 'empty.example', false],
  ['is not there', 'nowhere.example', false],
  ['can not be asked for: it is let through', 'broken.example', true],
  ['is never answered for: it is let through', 'silent.example', true],
])('a domain that %s: %s accepts mail: %j', async (_, domain, expected) => {
  expect(await openMailDomains([dns.server]).takesMail(domain)).toBe(expected);
});

test('every domain passes without a DNS server', async () => {
  const closed = await startDns({});
  closed.stop();
  expect(await openMailDomains([closed.server]).takesMail('nowhere.example')).toBe(true);
});

test('a known result is cached, an unknown one is looked up again', async () => {
  const domains = openMailDomains([dns.server]);
  const questionsFor = async (domain: string) => {
    dns.asked.length = 0;
    await domains.takesMail(domain);
    return dns.asked.length > 0;
  };
  expect([await questionsFor('mail.example'), await questionsFor('mail.example')]).toEqual([true, false]);
  expect([await questionsFor('nowhere.example'), await questionsFor('nowhere.example')]).toEqual([true, false]);
  expect([await questionsFor('broken.example'), await questionsFor('broken.example')]).toEqual([true, true]);
});
