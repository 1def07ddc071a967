import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

type App = Awaited<ReturnType<typeof startImports>>;

const timeline = async (app: App, email: string) => {
  const { id } = await app.profile(email);
  const { body } = await app.get(
    `/api/events?filter=${encodeURIComponent(`equals(profile_id,"${id}")`)}&include=metric&sort=datetime`,
  );
  const names = new Map(
    body.included.map(({ id: metric, attributes }: { id: string; attributes: { name: string } }) => [
      metric,
      attributes.name,
    ]),
  );
  return body.data.map(
    (event: { attributes: Record<string, unknown>; relationships: { metric: { data: { id: string } } } }) => ({
      ...event.attributes,
      metric: names.get(event.relationships.metric.data.id),
    }),
  );
};

test('a file of events takes its metric from its name, and keeps other columns as properties', async () => {
  const app = await startImports();

  const job = await app.drop(
    'events/Watched Film.csv',
    'Person//Email,Timestamp,$event_id,$value,Person//First Name,Person//Shoe Size,Genre,Minutes,Empty\n' +
      'a@example.com,2025-05-01 10:00:00,e1,9.90,Ada,38,Noir,95,\n' +
      'a@example.com,2025-05-01 10:00:00,e1,9.90,Ada,38,Noir,95,\n' +
      'a@example.com,2025-05-01 10:00:00,e1,1,Ada,38,Noir,95,\n' +
      'a@example.com,yesterday,,x,,,,,\n',
  );

  expect(job.attributes).toMatchObject({ created_count: 1, duplicate_count: 1, failed_count: 2, total_count: 4 });
  expect(await timeline(app, 'a@example.com')).toMatchObject([
    { metric: 'Watched Film', datetime: expect.stringMatching(/^2025-05-01.10:00:00/) },
  ]);
  const [event] = await timeline(app, 'a@example.com');
  expect(event.event_properties).toMatchObject({ Genre: 'Noir', Minutes: 95 });
  expect(event.event_properties).not.toHaveProperty('Empty');
  expect((await app.profile('a@example.com')).attributes).toMatchObject({
    first_name: 'Ada',
    properties: { 'Shoe Size': 38 },
  });
  const { body } = await app.get(`/api/import-jobs/${job.id}/errors`);
  expect(body.data.map(({ attributes }: { attributes: { code: string } }) => attributes.code)).toEqual([
    'conflict',
    'invalid_time',
  ]);
});

test('the last row about a person wins, even if an earlier one said the same', async () => {
  const app = await startImports();

  const cells = ['a,Ada', 'a,Grace', 'a,Ada', 'b,Ada', 'b,Ada', 'b,Grace', 'c,Ada', 'c,', 'c,Ada'];
  const rows = cells.map((row, i) => `${row.replace(',', '@example.com,')},2025-05-01,e${i}\n`).join('');
  const job = await app.drop('events/Seen.csv', `Person//Email,Person//First Name,Timestamp,$event_id\n${rows}`);

  expect(job.attributes).toMatchObject({ created_count: cells.length });
  const names = await Promise.all(['a', 'b', 'c'].map((name) => app.profile(`${name}@example.com`)));
  expect(names.map(({ attributes }) => attributes.first_name)).toEqual(['Ada', 'Grace', 'Ada']);
});

test('rows about an invalid person fail, every one of them', async () => {
  const app = await startImports();

  const row = (i: number) => `somebody,2025-05-01,e${i}\n`;
  const job = await app.drop(
    'events/Seen.csv',
    `Email,Timestamp,$event_id\n${row(1)}${row(2)}a@example.com,2025-05-01,e3\n`,
  );

  expect(job.attributes).toMatchObject({ created_count: 1, failed_count: 2 });
});

test('without $event_id a row is identified by its content, in one file and in another', async () => {
  const app = await startImports();
  const file =
    'Email,Timestamp,Metric,Page\na@example.com,2025-05-01,Viewed Page,1\na@example.com,2025-05-01,Viewed Page,2\n';
  await app.drop('events/x.csv', file);

  const job = await app.drop('events/y.csv', `${file}a@example.com,2025-05-01,Viewed Page,2\n`);

  expect(job.attributes).toMatchObject({ created_count: 0, duplicate_count: 3 });
  expect(await timeline(app, 'a@example.com')).toHaveLength(2);
});

test.each([
  ['no time', 'Email,Page\n', /Timestamp/],
  ['no person', 'Timestamp,Page\n', /Person\/\/Email/],
])('a file with %s fails as a whole', async (_, file, reason) => {
  const app = await startImports();

  const job = await app.drop('events/x.csv', file);

  expect(job.attributes.error).toMatch(reason);
});

test("lines of one order in Shopify's export are one event, and fail together", async () => {
  const app = await startImports();

  const job = await app.drop(
    'events/orders_export_1.csv',
    'Name,Email,Financial Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Id\n' +
      '#1001,a@example.com,paid,EUR,54.50,2026-05-01 10:00:00 +0200,2,Shirt,20.00,S-1,820982911946154508\n' +
      '#1001,,,,,,1,"Hat, ""red""",10.00,007,\n' +
      '#1002,b@example.com,paid,EUR,1.00,2026-05-01 11:00:00 +0200,1,Pin,1.00,P,820982911946154509\n' +
      '#1003,,paid,EUR,2.00,2026-05-01 11:00:00 +0200,1,Cup,1.00,C,820982911946154510\n' +
      '#1003,,,,,,1,Lid,1.00,L,\n',
  );

  expect(job.attributes).toMatchObject({ total_count: 5, created_count: 3, failed_count: 2 });
  const [event, ...others] = await timeline(app, 'a@example.com');
  expect(others).toEqual([]);
  expect(event).toMatchObject({ metric: 'Placed Order', datetime: expect.stringMatching(/^2026-05-01.08:00:00/) });
  expect(event.event_properties).toMatchObject({
    $value: 54.5,
    Name: '#1001',
    Id: '820982911946154508',
    Items: [
      { ProductName: 'Shirt', SKU: 'S-1', Quantity: 2, ItemPrice: 20 },
      { ProductName: 'Hat, "red"', SKU: '007', Quantity: 1, ItemPrice: 10 },
    ],
  });
  expect((await app.report('events/orders_export_1.errors.csv'))?.split('\r\n')).toHaveLength(4);
});
