import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

/** Everything that is stored, apart from the items of the import itself. */
const stored = async ({ client, tableName }: App) => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
  const items = Items.map((item) => unmarshall(item));
  return items
    .filter(({ type }) => !/^(import_|report_place|written_report)/.test(type))
    .sort((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1));
};

/** After all consent times of the files. */
const start = async (pace?: Parameters<typeof startImports>[0]) => {
  const app = await startImports(pace);
  app.at('2026-05-01T00:00:00Z');
  return app;
};

const countsOf = ({ attributes }: { attributes: Record<string, unknown> }) =>
  Object.fromEntries(
    Object.entries(attributes).filter(([name]) => name.endsWith('_count') && !name.startsWith('chunk')),
  );

const changesOf = async (app: App, id: string) => {
  const { body } = await app.get(`/api/import-jobs/${id}/changes?page[size]=100`);
  return body.data.map(({ attributes }: { attributes: unknown }) => attributes);
};

const existing = `Email,Phone Number,First Name,Size,Email Marketing Consent,Email Marketing Consent Timestamp
ada@example.com,+15005550001,Ada,1,Subscribed,2026-01-01T00:00:00Z
bob@example.com,+15005550002,Bob,2,Unsubscribed,2026-03-01T00:00:00Z
`;

/** The partitions that are written to while something is done. */
const writtenTo = async (app: App, work: () => Promise<unknown>): Promise<string[]> => {
  const partitions = new Set<string>();
  const stop = app.watch(({ command, input }, next) => {
    if (/^(Get|BatchGet|Query)/.test(command)) return next();
    // Statements name no attributes: they are of events.
    const found = [...JSON.stringify(input).matchAll(/"pk":(?:\{"S":)?"([^"]*)"/g)].map(([, pk = '']) => pk);
    for (const pk of found.length > 0 ? found : [command]) partitions.add(pk);
    return next();
  });
  await work();
  stop();
  return [...partitions];
};

/** People who come again by other identifiers, older and newer consent, rows that fail because of earlier ones. */
const people = `Email,Phone Number,First Name,Size,Email Marketing Consent,Email Marketing Consent Timestamp
ada@example.com,,Ada,1,,
ada@example.com,,Ada,9,,
,+15005550001,Ada,9,,
new@example.com,,New,1,Subscribed,2026-01-02T00:00:00Z
new@example.com,+15005550003,New,1,,
,+15005550003,Newer,1,Unsubscribed,2026-01-03T00:00:00Z
new@example.com,+15005550003,Newer,1,Subscribed,2026-01-01T12:00:00Z
bob@example.com,+15005550003,Bob,2,,
bob@example.com,,Bob,2,Subscribed,2026-02-01T00:00:00Z
bob@example.com,,Bob,2,Subscribed,2026-04-01T00:00:00Z
nobody,,Eve,1,,
${Array.from({ length: 60 }, (_, i) => `p${i % 40}@example.com,,P,${i % 7},,`).join('\n')}
ada@example.com,,Ada,9,,
`;

const orders = `Person//Email,Person//First Name,Timestamp,$event_id,$value,Colour
ada@example.com,Ada,2025-12-01T10:00:00Z,e1,5,red
ada@example.com,Ada,2025-12-01T10:00:00Z,e1,5,red
ada@example.com,Ada,2025-12-01T10:00:00Z,e1,6,red
new@example.com,New,2025-12-01T10:00:00Z,e1,5,red
new@example.com,Newer,2025-12-01T11:00:00Z,,5,red
new@example.com,Newer,2025-12-01T11:00:00Z,,5,red
new@example.com,Newer,never,,5,red
${Array.from({ length: 60 }, (_, i) => `p${i % 7}@example.com,P,2025-12-02T10:00:00Z,n${i % 40},${i % 40},`).join('\n')}
new@example.com,Newer,2025-12-01T12:00:00Z,e1,5,red
`;

const paces = [
  {},
  { chunkBytes: 600, windowRows: 5 },
  { chunkBytes: 600, windowRows: 5, layerBytes: 1 },
  { chunkBytes: 900, windowRows: 3, layerBytes: 4_000 },
];

test.each(
  paces.flatMap((pace) => [
    { kind: 'profiles', name: 'people.csv', file: people, pace },
    { kind: 'events', name: 'Placed Order.csv', file: orders, pace },
  ]),
)(
  'a dry run of $kind counts what the import counts, and writes nothing ($pace)',
  async ({ kind, name, file, pace }) => {
    const app = await start(pace);
    await app.drop('profiles/before.csv', existing);
    const mapping = JSON.stringify({ list: 'From a file' });
    await app.put(`dry-run/${kind}/${name.replace('.csv', '.mapping.json')}`, mapping);
    await app.put(`${kind}/${name.replace('.csv', '.mapping.json')}`, mapping);
    const before = await stored(app);

    const written = await writtenTo(app, () => app.drop(`dry-run/${kind}/${name}`, file));

    // Nothing is written for a moment either: the table's stream would show it.
    const own = new RegExp(`^A#${app.account}#(JOB|REPORT|REPORTPLACE)#`);
    expect(written.length).toBeGreaterThan(0);
    expect(written.filter((pk) => !own.test(pk))).toEqual([]);
    const tried = await app.job(`dry-run/${kind}/${name}`);

    expect(tried.attributes).toMatchObject({ status: 'complete', dry_run: true });
    expect(await stored(app)).toEqual(before);
    expect(await app.files.list('work/')).toEqual([]);
    const real = await app.drop(`${kind}/${name}`, file);
    expect(real.attributes).toMatchObject({ status: 'complete', dry_run: false });
    expect(countsOf(tried)).toEqual(countsOf(real));
    const report = name.replace('.csv', '.errors.csv');
    expect(await app.report(`dry-run/${kind}/${report}`)).toBe(await app.report(`${kind}/${report}`));
  },
);

test('a dry run shows the changes of each row, field by field', async () => {
  const app = await start();
  await app.drop('profiles/before.csv', existing);
  const { id } = await app.profile('ada@example.com');
  const { id: bob } = await app.profile('bob@example.com');

  const job = await app.drop('dry-run/profiles/people.csv', people);

  const changes = await changesOf(app, job.id);
  expect(changes[0]).toEqual({
    row_number: 3,
    outcome: 'updated',
    profile_id: id,
    email: 'ada@example.com',
    phone_number: '+15005550001',
    external_id: null,
    product_id: null,
    fields: [{ field: 'properties.Size', before: 1, after: 9 }],
    event: null,
  });
  expect(changes[1]).toMatchObject({
    row_number: 5,
    outcome: 'created',
    profile_id: null,
    email: 'new@example.com',
    fields: [
      { field: 'email', before: null, after: 'new@example.com' },
      { field: 'first_name', before: null, after: 'New' },
      { field: 'properties.Size', before: null, after: 1 },
      { field: 'subscriptions.email.marketing.consent', before: 'NEVER_SUBSCRIBED', after: 'SUBSCRIBED' },
      {
        field: 'subscriptions.email.marketing.consent_timestamp',
        before: null,
        after: expect.stringMatching(/^2026-01-02/),
      },
    ],
  });
  expect(changes.filter(({ profile_id }: { profile_id: string }) => profile_id === bob)).toMatchObject([
    {
      row_number: 11,
      outcome: 'updated',
      fields: [
        { field: 'subscriptions.email.marketing.consent', before: 'UNSUBSCRIBED', after: 'SUBSCRIBED' },
        { field: 'subscriptions.email.marketing.consent_timestamp' },
      ],
    },
  ]);
  const { created_count, updated_count } = job.attributes;
  expect(changes).toHaveLength(created_count + updated_count);
});

test('a dry run of events shows the events that would be stored, and the changes of their profiles', async () => {
  const app = await start();
  await app.drop('profiles/before.csv', existing);

  const job = await app.drop('dry-run/events/Placed Order.csv', orders);

  const changes = await changesOf(app, job.id);
  expect(changes[0]).toMatchObject({
    row_number: 2,
    outcome: 'created',
    email: 'ada@example.com',
    fields: [],
    event: {
      metric_name: 'Placed Order',
      datetime: '2025-12-01T10:00:00.000Z',
      unique_id: 'e1',
      value: 5,
      properties: { Colour: 'red' },
    },
  });
  expect(changes[1]).toMatchObject({
    row_number: 5,
    fields: [
      { field: 'email', before: null, after: 'new@example.com' },
      { field: 'first_name', before: null, after: 'New' },
    ],
  });
  expect(changes[2]).toMatchObject({
    row_number: 6,
    fields: [{ field: 'first_name', before: 'New', after: 'Newer' }],
  });
});

test('the first hundred changes are shown, however many there are and wherever the dry run is handed over', async () => {
  const app = await start({ windowRows: 30, chunkBytes: 2_000 });
  const file = `Email,Size\n${Array.from({ length: 180 }, (_, i) => `p${i}@example.com,1\n`).join('')}`;
  await app.put('dry-run/profiles/people.csv', file);
  await app.deliver(await app.notice('dry-run/profiles/people.csv'));
  await app.drain(() => 1_000);

  const job = await app.job('dry-run/profiles/people.csv');
  expect(job.attributes).toMatchObject({ status: 'complete', created_count: 180 });
  const { body } = await app.get(`/api/import-jobs/${job.id}/changes?page[size]=100`);
  expect(body.data.map(({ attributes }: { attributes: { row_number: number } }) => attributes.row_number)).toEqual(
    Array.from({ length: 100 }, (_, i) => i + 2),
  );
  expect(body.links.next).toBeNull();
});

test('joining a list is shown, even if nothing else changes', async () => {
  const app = await start();
  await app.drop('profiles/before.csv', existing);
  const { id } = await app.profile('ada@example.com');
  await app.put('dry-run/profiles/people.mapping.json', JSON.stringify({ list: 'News' }));

  const job = await app.drop('dry-run/profiles/people.csv', 'Email\nada@example.com\nada@example.com\n');

  expect(job.attributes).toMatchObject({ status: 'complete', updated_count: 1, unchanged_count: 1 });
  expect(await changesOf(app, job.id)).toMatchObject([
    { row_number: 2, outcome: 'updated', profile_id: id, fields: [{ field: 'lists', before: null, after: 'News' }] },
  ]);
  expect((await app.table.query({ pk: `A#${app.account}#LISTS`, limit: 9 })).length).toBe(0);
});
