import { describe, expect, test } from 'vitest';
import { keepRejected } from '../../../functions/domains/receipts/rejected/keep.ts';
import { personMatcher, possibleIdentifiers } from '../../../functions/domains/receipts/rejected/named-people.ts';
import { readAccessFile } from '../privacy/access/access-file.ts';
import { jsonIn } from '../privacy/access/unzip.ts';
import { startShop } from '../privacy/shop.ts';

const person = {
  profileIds: ['01JZX6D2R5T8W1Y4B7E0H3K6N9'],
  identifiers: [
    { kind: 'email', value: 'ada@müller.example' },
    { kind: 'phone_number', value: '+491712345678' },
    { kind: 'external_id', value: 'customer 4711' },
    { kind: 'anonymous_id', value: '12345678901234567890' },
  ],
} as const;

describe('a payload names a person', () => {
  const names = personMatcher(person);
  test.each([
    ['by an address in another spelling', { a: { b: ['ADA@xn--mller-kva.example'] } }],
    ['by a phone number without its country', { phone: '0171 234 56 78' }],
    ['by a number', { phone: 1712345678 }],
    ['by an id with a space', { userId: 'customer 4711' }],
    ['by the id of a profile', { data: { id: '01JZX6D2R5T8W1Y4B7E0H3K6N9' } }],
    ['in JSON in a text', { body: JSON.stringify({ email: 'ada@müller.example' }) }],
    ['in text that is no JSON', { body: '{"email":"ada@müller.example", broken' }],
    ['in a form', { body: 'a=1&email=ada%40m%C3%BCller.example' }],
    ['as the name of a member', { 'ada@müller.example': true }],
  ])('%s', (_, payload) => {
    expect(names(JSON.stringify(payload))).toBe(true);
  });

  test('by a number with more digits than a double has', () => {
    expect(names('{"anonymousId":12345678901234567890}')).toBe(true);
  });

  test.each([
    ['with other identifiers', { email: 'bob@müller.example', phone: '0171 234 56 79', id: 'customer' }],
    ['with a part of an id', { note: 'customer 47' }],
    ['that is empty', {}],
  ])('but not one %s', (_, payload) => {
    expect(names(JSON.stringify(payload))).toBe(false);
  });
});

test('looks up at most a few identifiers of garbage', () => {
  const garbage = JSON.stringify({ id: Array.from({ length: 5_000 }, (_, i) => `a${i}@example.com +4917100000${i}`) });
  expect(possibleIdentifiers(garbage).length).toBeLessThan(40);
});

test('shows a person what was refused of them, and erases it with them', { timeout: 60_000 }, async () => {
  const shop = await startShop();
  const ada = { email: 'ada@example.com' };
  await shop.post('/api/profiles', { data: { type: 'profile', attributes: ada } });
  const rejection = (email: string) => ({
    source: 'client',
    handler: 'request',
    what: 'POST /client/events',
    code: 'invalid' as const,
    problems: [{ detail: 'The event has no metric.' }],
    payload: JSON.stringify({ email }),
  });
  const context = { ...shop.services, account: shop.account, caller: { kind: 'public' } as const };
  await keepRejected([rejection('Ada@Example.com'), rejection('bob@example.com')], context);
  const zip = await readAccessFile(shop, ada);
  expect(jsonIn(zip, 'rejected-items.json')).toMatchObject([
    { what: 'POST /client/events', reasons: ['The event has no metric.'], content: '{"email":"Ada@Example.com"}' },
  ]);

  expect(await shop.erase(ada)).toMatchObject({ status: 'complete' });
  expect((await shop.items()).filter(({ type }) => type?.S === 'rejected_item')).toHaveLength(1);
});
