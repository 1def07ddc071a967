import { expect, test } from 'vitest';
import { consent } from '../../../functions/services/consent.ts';
import { events } from '../../../functions/services/events.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startBulk } from '../../domains/bulk-imports/bulk.ts';
import { subscribeTo, bulk as subscriptions, unsubscribeFrom } from '../../domains/consent/requests.ts';
import { bulk, event, group, metric } from '../../domains/events/event-bodies.ts';
import { profile } from '../../domains/profiles/people.ts';
import { startApp } from '../../support/app.ts';

/** As JSON text, since JavaScript values can't express some of it. */
const hostile = [
  ...['null', '""', '"  "', '"a\\ud800b"', '"\\udfff"', '"\\u0000"', '"\\u202e"', '"null"', '"a#b#c"', '"😀"'],
  ...['5', '-1', '1e999', '1e300', '1e-300', '123456789012345678901234567890', 'true', '[]', '{}', '[null]'],
  ...['{"__proto__":{"a":1}}', '{"constructor":1,"toString":null,"length":5}', '"2026-01-01T00:00:00Z"'],
  ...[JSON.stringify('x'.repeat(3_000)), JSON.stringify('é'.repeat(70_000)), '['.repeat(5_000) + ']'.repeat(5_000)],
];

type Path = readonly (string | number)[];
const isNode = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The pointers to every part of a body, itself included. */
const placesIn = (value: unknown, at: Path = []): Path[] => [
  at,
  ...(isNode(value) ? Object.entries(value).flatMap(([key, member]) => placesIn(member, [...at, key])) : []),
];

const PLACE = '@@';
const replaced = (value: unknown, [key, ...rest]: Path): unknown => {
  if (key === undefined || !isNode(value)) return PLACE;
  const entries = Object.entries(value).map(([name, member]) => [name, name === key ? replaced(member, rest) : member]);
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
};
const mutated = (body: object, path: Path, text: string): string =>
  JSON.stringify(replaced(body, path)).replace(`"${PLACE}"`, () => text);

const person = {
  email: 'ada@example.com',
  phone_number: '+4930123456',
  external_id: 'ada',
  anonymous_id: 'browser',
  first_name: 'Ada',
  location: { city: 'London', latitude: 51.5, longitude: '0' },
  properties: { a: [1, { b: 'c' }] },
  meta: { patch_properties: { append: { l: 1 }, unappend: { l: 2 }, unset: ['z'] } },
};
const sold = event({
  ...{ person, metric: metric('Placed Order', 'api'), time: '2025-12-01T00:00:00Z', value: 1, value_currency: 'EUR' },
  ...{ unique_id: 'u', backfill: false, properties: { x: [1], $event_id: 'q', $value: 3 } },
});
const list = { list: { data: { type: 'list', id: 'news' } } };
const suppressing = 'profile-suppression-bulk-create-job';

const bodies: Readonly<Record<string, object>> = {
  '/api/events': sold,
  '/client/events': sold,
  '/api/event-bulk-create-jobs': bulk([
    group({ email: 'bob@example.com' }, [{ unique_id: 'a' }, { time: '2025-12-02' }]),
  ]),
  '/api/profiles': profile(person),
  '/api/profile-import': profile(person, { meta: { patch_properties: { unset: 'q' } } }),
  '/client/profiles': profile(person),
  '/api/profile-bulk-import-jobs': {
    data: {
      type: 'profile-bulk-import-job',
      attributes: { profiles: { data: [profile(person).data] } },
      relationships: { lists: { data: [list.list.data] } },
    },
  },
  '/api/profile-subscription-bulk-create-jobs': subscriptions(
    [{ email: person.email, subscriptions: subscribeTo('email.marketing@2025-01-01T00:00:00Z') }],
    { list: 'news', source: 's', wording: 'w', historical: true },
  ),
  '/api/profile-subscription-bulk-delete-jobs': subscriptions(
    [{ email: person.email, subscriptions: unsubscribeFrom('email.marketing') }],
    { list: 'news', source: 's', type: 'delete' },
  ),
  '/api/profile-suppression-bulk-create-jobs': {
    data: { type: suppressing, attributes: { profiles: { data: [profile({ email: 'eve@example.com' }).data] } } },
  },
  '/client/subscriptions': {
    data: {
      type: 'subscription',
      attributes: { profile: profile({ ...person, subscriptions: subscribeTo('email.marketing', 'sms.marketing') }) },
      relationships: { ...list, form: { data: { type: 'form', id: 'F' } } },
    },
  },
  '/api/lists': { data: { type: 'list', attributes: { name: 'News', opt_in_process: 'single_opt_in' } } },
  '/api/lists/news/relationships/profiles': { data: [{ type: 'profile', id: 'nobody' }] },
};

/** All of them take minutes: every nth of each body is tried, which covers all places and all values. */
const STEP = 11;

test('accepts any value anywhere in a body, or refuses it at its place', { timeout: 300_000 }, async () => {
  const { services } = await startBulk();
  const routes = { ...profiles.routes, ...events.routes, ...consent.routes, ...lists.routes };
  const app = await startApp(
    { name: 'all', routes, triggers: [], uses: ['table'] },
    {
      lists: ['news'],
      services: { imports: services.imports, queue: services.queue },
    },
  );
  const wrong: unknown[] = [];
  let sent = 0;
  for (const [path, body] of Object.entries(bodies)) {
    const cases = placesIn(body).flatMap((place) => hostile.map((text) => ({ place, text })));
    for (const { place, text } of cases.filter((_, i) => i % STEP === 0)) {
      sent += 1;
      app.at(new Date(Date.UTC(2026, 0, 1) + sent * 100).toISOString());
      const answer = await app.post(
        path.startsWith('/client/') ? `${path}?company_id=${app.account}` : path,
        mutated(body, place, text),
      );
      const errors: { source: { pointer?: string } }[] = answer.body?.errors ?? [];
      // A body that is too large has no place.
      const isPointed = answer.status === 413 || errors.every(({ source }) => source.pointer !== undefined);
      if (answer.status >= 500 || !isPointed) wrong.push([path, place.join('/'), text.slice(0, 60), answer.status]);
    }
  }
  expect(wrong).toEqual([]);
  expect(sent).toBeGreaterThan(700);
});
