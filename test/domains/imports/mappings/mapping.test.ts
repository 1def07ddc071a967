import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

test('a mapping beside the file names its columns, adds constants, and proves its consent', async () => {
  const app = await startImports();
  const mapping = {
    columns: { Adresse: 'Email', Vorname: 'First Name', Intern: null, Newsletter: 'Email Marketing Consent' },
    constants: { Shop: 'Berlin' },
    consent: { source: 'Fair 2025', basis: 'asked for on paper', at: '2025-03-01T10:00:00Z' },
  };
  await app.put('profiles/kunden.mapping.json', JSON.stringify(mapping));

  const job = await app.drop(
    'profiles/kunden.csv',
    'Adresse,Vorname,Intern,Newsletter\nada@example.com,Ada,x,Subscribed\nkeine,Eve,x,\n',
  );

  expect(job.attributes).toMatchObject({ status: 'complete', created_count: 1, failed_count: 1 });
  const { attributes } = await app.profile('ada@example.com');
  expect(attributes).toMatchObject({ first_name: 'Ada', properties: { Shop: 'Berlin' } });
  expect(attributes.subscriptions.email.marketing).toMatchObject({
    consent: 'SUBSCRIBED',
    consent_timestamp: expect.stringMatching(/^2025-03-01T10:00/),
  });
  expect(await app.report('profiles/kunden.errors.csv')).toMatch(
    /Adresse,Vorname,Intern,Newsletter\r\n.*keine,Eve,x,\r\n/,
  );
  const again = await app.drop(
    'profiles/kunden.errors.csv',
    (await app.report('profiles/kunden.errors.csv'))?.replace('keine', 'eve@example.com') ?? '',
  );
  expect(again.attributes).toMatchObject({ created_count: 1, retries_job_id: job.id });
  expect((await app.job('profiles/kunden.csv')).attributes.retried_by_job_id).toBe(again.id);
});

test('the mapping says by which column lines are one event, and how dates are written', async () => {
  const app = await startImports();
  const mapping = { group_by: 'Order', items: ['Article', 'Pieces'], dates: 'day-first', metric: 'Bestellung' };
  await app.put('events/old.mapping.json', JSON.stringify(mapping));

  const job = await app.drop(
    'events/old.csv',
    'Email,Timestamp,Order,Article,Pieces\na@example.com,05/06/2025,1,Tea,2\n,,1,Cup,1\nb@example.com,06/06/2025,2,Tea,1\n',
  );

  expect(job.attributes).toMatchObject({ status: 'complete', created_count: 3 });
  const { data } = (await app.get('/api/events?include=metric&sort=datetime')).body;
  expect(data.map((event: { attributes: object }) => event.attributes)).toMatchObject([
    {
      datetime: expect.stringMatching(/^2025-06-05/),
      event_properties: {
        Items: [
          { Article: 'Tea', Pieces: 2 },
          { Article: 'Cup', Pieces: 1 },
        ],
      },
    },
    { datetime: expect.stringMatching(/^2025-06-06/) },
  ]);
});

test.each([
  ['{', /not JSON/],
  ['{"colums":{}}', /colums: Mappings have no such member/],
  ['{"dates":"sometimes","metric":5}', /dates: .*metric: /],
  ['{"columns":{"Email":null}}', /Email, Phone Number or External ID/],
])('the mapping %s fails the job with its reason', async (mapping, reason) => {
  const app = await startImports();
  await app.put('profiles/x.mapping.json', mapping);

  const job = await app.drop('profiles/x.csv', 'Email\na@example.com\n');

  expect(job.attributes).toMatchObject({ status: 'failed', error: expect.stringMatching(reason), total_count: 0 });
});

const people = 'Mail,Name,Consent Source,SMS Marketing Consent,Umsatz';
const placed = 'Email,Timestamp,Order,Article';

/** Faulty mappings, with the places of their errors. */
const faulty = [
  ['profiles', people, { metric: 'x', group_by: 'Mail', items: ['Mail'] }, ['metric', 'group_by', 'items']],
  ['events', placed, { consent: { basis: 'x' }, dates: 'never' }, ['dates', 'consent']],
  [
    'events',
    placed,
    {
      columns: { Artikel: 'A' },
      types: { Order: 'string', Pieces: 'number' },
      group_by: 'Ordre',
      items: ['Order', 'x'],
    },
    ['columns.Artikel', 'types.Pieces', 'group_by', 'items.1'],
  ],
  ['events', placed, { items: ['Article'] }, ['items']],
  ['profiles', people, { columns: { Mail: 'Email', Name: 'email' } }, ['columns.Mail', 'columns.Name']],
  ['profiles', people, { columns: { Mail: 'Email', mail: null } }, ['columns.mail']],
  ['profiles', people, { columns: { Mail: 'Email', Name: 'E-Mail' } }, ['columns.Mail', 'columns.Name']],
  ['profiles', 'Email,Kontakt', { columns: { Kontakt: 'E-Mail' } }, ['columns.Kontakt']],
  [
    'profiles',
    'Email,Land',
    { columns: { Land: 'Country' }, constants: { cc: 'DE' } },
    ['columns.Land', 'constants.cc'],
  ],
  ['profiles', 'Email,cc', { constants: { Country: 'DE' } }, ['constants.Country']],
  ['profiles', 'Email,Shop', { constants: { shop: 'Berlin' } }, ['constants.shop']],
  [
    'events',
    placed,
    { columns: { Article: 'Created at' }, constants: { Metric: 'x' }, metric: 'y' },
    ['columns.Article', 'metric'],
  ],
  [
    'profiles',
    'Email,Accepts Email Marketing',
    { constants: { 'Consent Source': 'x', 'Consent Basis': 'y' }, consent: { source: 'x', basis: 'y' } },
    ['consent.source', 'consent.basis'],
  ],
  ['profiles', 'Email', { consent: { basis: 'x' } }, ['consent']],
  [
    'profiles',
    people,
    { columns: { Mail: 'Email', Name: null }, types: { Mail: 'string', Name: 'string', Email: 'number' } },
    ['types.Mail', 'types.Name', 'types.Email'],
  ],
] as const;

const PLACE = /(?:^| )((?:columns|constants|types|items)\.[^:]+|consent\.\w+|metric|group_by|items|dates|consent): /g;

test.each(faulty)(
  'for %s with the header %s, every part of %j without effect or with two is an error, with its place',
  async (kind, headers, mapping, places) => {
    const app = await startImports();
    await app.put(`${kind}/x.mapping.json`, JSON.stringify(mapping));

    const { attributes } = await app.drop(`${kind}/x.csv`, `${headers}\n`);

    expect(attributes.status).toBe('failed');
    const found = [...attributes.error.matchAll(PLACE)];
    expect(found.map(([, place]) => place)).toEqual(places);

    const attributesOf = { name: 'x', kind, headers: headers.split(','), mapping };
    const saved = await app.post('/api/import-mappings', {
      data: { type: 'import-mapping', attributes: attributesOf },
    });
    expect(saved.status).toBe(400);
    const pointers = saved.body.errors
      .map(({ source }: { source: { pointer: string } }) => source.pointer)
      .filter((pointer: string) => pointer !== '/data/attributes/mapping');
    const expected = places.map((place) => `/data/attributes/mapping/${place.replaceAll('.', '/')}`);
    // A mapping with an invalid form is reported before its effects are checked.
    expect(pointers).toEqual('dates' in mapping ? expected.slice(0, 1) : expected);
  },
);

test('a column that the mapping names wins over others with a known name, which are properties then', async () => {
  const app = await startImports();
  await app.put('profiles/x.mapping.json', '{"columns":{"Kontakt":"Email"},"constants":{"Shop":"Berlin"}}');

  const job = await app.drop('profiles/x.csv', 'E-Mail,Kontakt\nold@example.com,ada@example.com\n');

  expect(job.attributes).toMatchObject({ status: 'complete', created_count: 1 });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({
    'E-Mail': 'old@example.com',
    Shop: 'Berlin',
  });
});

test('an import that failed by its mapping, or without one, continues when a correct one is uploaded', async () => {
  const app = await startImports();
  const put = async (key: string, text: string) => {
    await app.put(key, text);
    await app.deliver(await app.notice(key));
    await app.drain();
    return (await app.job('profiles/leute.csv')).attributes;
  };
  expect(await put('profiles/leute.csv', 'Adresse\nada@example.com\n')).toMatchObject({ status: 'failed' });
  expect(await put('profiles/leute.mapping.json', '{"columns":')).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('not JSON'),
  });
  expect(await put('profiles/leute.mapping.json', '{"columns":{"Adresse":"Email"}}')).toMatchObject({
    status: 'complete',
    created_count: 1,
    error: null,
  });
});

test('importing the same file again changes nothing, and the counts say so', async () => {
  const app = await startImports();
  await app.put('profiles/p.mapping.json', '{"consent":{"basis":"a form"}}');
  const file =
    'Email,Size,Email Marketing Consent,SMS Marketing Consent Timestamp\na@example.com,1,Subscribed,\nb@example.com,2,Unsubscribed,\n';
  expect((await app.drop('profiles/p.csv', file)).attributes).toMatchObject({ created_count: 2 });
  app.at('2026-03-01T00:00:00Z');
  const ledgerOf = async () => {
    const { id } = await app.profile('a@example.com');
    return (await app.get(`/api/profiles/${id}/consent-ledger`)).body.data;
  };
  const before = await ledgerOf();

  const again = await app.drop('profiles/p.csv', file);

  expect(again.attributes).toMatchObject({ status: 'complete', unchanged_count: 2, updated_count: 0, total_count: 2 });
  expect(await ledgerOf()).toEqual(before);
});

test('the metric of a mapping is used even if the headers are those of a known shop', async () => {
  const app = await startImports();
  await app.put('events/returns.mapping.json', '{"metric":"Refunded Order"}');
  const headers = 'Name,Email,Created at,Lineitem name,Lineitem quantity';

  const job = await app.drop('events/returns.csv', `${headers}\n#1,a@example.com,2025-05-01,Tea,1\n#1,,,Cup,2\n`);

  expect(job.attributes).toMatchObject({ status: 'complete', created_count: 2 });
  const { data, included } = (await app.get('/api/events?include=metric')).body;
  expect(data).toHaveLength(1);
  expect(included.map(({ attributes }: { attributes: { name: string } }) => attributes.name)).toEqual([
    'Refunded Order',
  ]);
});

test('lines are one event by a column even if no line has a value of its own', async () => {
  const app = await startImports();
  await app.put('events/old.mapping.json', '{"group_by":"Order"}');

  const job = await app.drop(
    'events/old.csv',
    'Email,Timestamp,Order,Shop\na@example.com,2025-05-01,1,Berlin\na@example.com,2025-05-01,1,\n',
  );

  expect(job.attributes).toMatchObject({ status: 'complete', created_count: 2, failed_count: 0 });
  expect((await app.get('/api/events')).body.data).toHaveLength(1);
});
