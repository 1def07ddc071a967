import { beforeAll, describe, expect, test } from 'vitest';
import { createExchangeToken } from '../../../../functions/domains/profiles/exchange-token.ts';
import { formVersion } from '../../../platform/http/resource/form-fixtures.ts';
import { catalogValue } from './catalog-values.ts';
import { bodyFrom, LEFT_OUT, methodOf, pathOf, type Served, served, type Values } from './facts.ts';
import type { Outline } from './outline.ts';
import { refusedMembers } from './refused.ts';
import { type Shop, startShop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
  // Nothing here is sent that could be confirmed.
  const attributes = { opt_in_process: 'single_opt_in' };
  const { status } = await shop.send('PATCH', '/api/lists/news', { data: { type: 'list', id: 'news', attributes } });
  expect(status).toBe(200);
});

/** Not required by the schema, but by the text of the document: a person, and the channels of the subscription. */
const NEEDED =
  /\/attributes\/(email|subscriptions(\/email(\/marketing)?)?)$|\/(list|item|variant)\/data$|\/profiles\/data$|^\/data\/attributes\/profiles?$/;

let people = 0;

interface Person {
  readonly id: string;
  readonly email: string;
  readonly phone_number: string;
  readonly external_id: string;
  readonly kx: string;
}

/** An existing person, or for an operation that creates people, a new one. */
const somebody = async (isKnown: boolean): Promise<Person> => {
  people += 1;
  const own = {
    email: `p${people}@example.com`,
    phone_number: `+4930${1_000_000 + people}`,
    external_id: `p-${people}`,
  };
  if (!isKnown) return { ...own, id: '', kx: '' };
  const { body } = await shop.post('/api/profiles', { data: { type: 'profile', attributes: own } });
  return { ...own, id: body.data.id, kx: await createExchangeToken(body.data.id, shop.context()) };
};

/** Of members that exclude each other: the one that is sent. */
const oneOf: Readonly<Record<string, RegExp>> = {
  'POST /api/data-privacy-deletion-jobs': /\/data\/(id|attributes\/phone_number)$/,
  'POST /api/profile-suppression-bulk-create-jobs': /\/relationships$/,
  'POST /api/profile-suppression-bulk-delete-jobs': /\/relationships$/,
};

/** Operations that refuse existing people. */
const MAKING = ['POST /api/profiles'];

const valuesFor = (operation: string, person: Person, refused: readonly string[]): Values => {
  const isHistorical = operation.endsWith('subscription-bulk-create-jobs');
  const texts: Readonly<Record<string, unknown>> = {
    ...person,
    _kx: person.kx || LEFT_OUT,
    id: person.id || LEFT_OUT,
    anonymous_id: `browser-${person.external_id}`,
    latitude: 52.5,
    longitude: '13.4',
    ip: '192.0.2.7',
    timezone: 'Europe/Berlin',
    locale: 'de-DE',
    name: /lists|custom-metrics/.test(operation) ? `Some ${person.external_id}` : 'Placed Order',
    time: '2025-12-31T10:00:00+00:00',
    value: 19.99,
    value_currency: 'EUR',
    unique_id: `order-${person.external_id}`,
    backfill: true,
    ab_test: false,
    start: '2025-12-01T00:00:00Z',
    end: '2025-12-31T00:00:00Z',
    endpoint_url: 'https://shop.example/hooks',
    url: 'https://shop.example/news',
    secret_key: 'sixteen characters',
    enabled: true,
    token: `token-${person.external_id}`,
    consented_at: isHistorical ? '2025-05-01T10:00:00Z' : LEFT_OUT,
    historical_import: isHistorical,
    age_gated_date_of_birth: '1990-02-03',
    metric_id: shop.metricId,
    filter: ['greater-or-equal(datetime,2025-12-01T00:00:00)', 'less-than(datetime,2026-01-02T00:00:00)'],
    return_fields: ['datetime'],
    page_size: 100,
    page_cursor: LEFT_OUT,
    properties: { size: 'M', tags: ['a', 'b'] },
    append: { tags: 'c' },
    unappend: { tags: 'a' },
    unset: ['size'],
  };
  return (pointer, kind) => {
    if (operation.includes('/api/form-') && pointer === '/data/attributes/filter') return 'equals(form_id,"x")';
    if (operation.includes('/api/form-') && pointer === '/data/attributes/group_by')
      return ['form_id', 'form_version_id'];
    // Daily results cover 60 days.
    if (pointer.endsWith('/timeframe/key')) return 'last_30_days';
    if (pointer === '/data/attributes/definition' && operation.includes('/api/forms'))
      return { versions: [formVersion()] };
    if (refused.includes(pointer) || oneOf[operation]?.test(pointer)) return LEFT_OUT;
    if (pointer.endsWith('/filter') && operation.includes('custom-metrics'))
      return { type: 'numeric', operator: 'equals', value: 3 };
    const ofCatalog = catalogValue(operation, pointer);
    if (ofCatalog !== undefined) return ofCatalog;
    const name = pointer.split('/').at(-1) ?? '';
    if (/patch_identifiers\/(un)?append$/.test(pointer))
      return { email: [`${pointer.endsWith('unappend') ? 'gone' : 'more'}-${person.email}`] };
    // Either a metric or a custom metric.
    if (pointer === '/data/relationships/custom-metric') return LEFT_OUT;
    if (pointer === '/data/relationships/metric/data/id') return shop.metricId;
    if (operation === 'PATCH /api/mapped-metrics/{id}' && name === 'id') return 'revenue';
    if (operation === 'PATCH /api/custom-metrics/{id}' && name === 'id') return shop.customMetric;
    if (pointer.includes('/webhook-topics/') && name === 'id') return 'consent.changed';
    if (pointer.includes('/relationships/') && name === 'id')
      return pointer.includes('profiles') ? shop.profileId : 'news';
    if (operation.includes('/relationships/profiles') && name === 'id') return person.id;
    if (operation.startsWith('PATCH /api/lists') && name === 'id') return 'news';
    if (name === 'opt_in_process') return 'single_opt_in';
    if (kind.startsWith('=') || kind === 'members') return undefined;
    if (kind === 'list') return texts[name];
    if (name === '*') return 'x';
    return texts[name] ?? `some ${name}`;
  };
};

const writing = Object.entries(served).flatMap(
  ([operation, { body, answers }]): [string, Outline, Served['answers']][] =>
    body === undefined ? [] : [[operation, body, answers]],
);

const send = async (operation: string, person: Person, body: unknown) => {
  const path = shop.about(pathOf(operation)).replace(`/api/profiles/${shop.profileId}`, `/api/profiles/${person.id}`);
  const query = path.startsWith('/client/') ? `?company_id=${shop.account}` : '';
  return shop.send(methodOf(operation), path + query, body);
};

describe.each(writing)('%s', (operation, outline, answers) => {
  const refused = Object.keys(refusedMembers[operation] ?? {});

  test.each([
    ['all that is documented', () => true],
    ['no more than is needed', (pointer: string) => NEEDED.test(pointer)],
  ])('accepts %s', async (_, isWanted) => {
    const person = await somebody(!MAKING.includes(operation));
    const body = bodyFrom(outline, valuesFor(operation, person, refused), isWanted);
    const { status, body: answer } = await send(operation, person, body);
    expect(answer?.errors?.map((one: { source: object; detail: string }) => [one.source, one.detail]) ?? []).toEqual(
      [],
    );
    expect(Object.entries(answers)).toContainEqual([String(status), answer !== undefined]);
  });

  test.each(Object.entries(refusedMembers[operation] ?? {}))('refuses %s, as %s', async (pointer) => {
    const person = await somebody(!MAKING.includes(operation));
    const values = valuesFor(operation, person, []);
    const body = bodyFrom(
      outline,
      (at, kind) =>
        at === pointer ? refusedValues[pointer] : pointer.startsWith(`${at}/`) ? undefined : values(at, kind),
      (at) => at === pointer || pointer.startsWith(`${at}/`) || NEEDED.test(at),
    );
    const { status, body: answer } = await send(operation, person, body);
    expect([status, answer.errors.map((one: { source: { pointer: string } }) => one.source.pointer)]).toEqual([
      400,
      expect.arrayContaining([expect.stringMatching(new RegExp(`^${pointer}`))]),
    ]);
  });
});

/** The codes that Klaviyo documents. */
const refusedValues: Readonly<Record<string, unknown>> = {
  '/data/relationships/segment': { data: { type: 'segment', id: 'x' } },
};
