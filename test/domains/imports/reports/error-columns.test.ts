import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

test('columns named like those of a report belong to the file', async () => {
  const app = await startImports();
  const text =
    'Email,Timestamp,error_code,Error Message\nada@example.com,2025-05-01,card_declined,Card declined\nnobody,2025-05-01,expired,x\n';
  const { attributes } = await app.drop('events/Payment Failed.csv', text);
  expect(attributes).toMatchObject({ created_count: 1, failed_count: 1 });
  const [event] = (await app.get('/api/events')).body.data;
  expect(event.attributes.event_properties).toMatchObject({
    error_code: 'card_declined',
    'Error Message': 'Card declined',
  });

  const report = (await app.report('events/Payment Failed.errors.csv')) ?? '';
  expect(report).toMatch(/error_code,error_message,Email,Timestamp,error_code,Error Message\r\n/);
  const again = await app.drop('events/Payment Failed.errors.csv', report.replace('nobody', 'eve@example.com'));
  expect(again.attributes).toMatchObject({ status: 'complete', created_count: 1, failed_count: 0 });
  const { data } = (await app.get('/api/events')).body;
  const properties = data.map((one: { attributes: { event_properties: object } }) => one.attributes.event_properties);
  expect(properties).toContainEqual(expect.objectContaining({ error_code: 'expired' }));
});

test('the first two columns do too, where they hold none of our codes', async () => {
  const app = await startImports();
  const text = 'error_code,error_message,Email\ncard_declined,Declined,ada@example.com\nexpired,Too old,nobody\n';
  const { attributes } = await app.drop('profiles/declined.csv', text);
  expect(attributes).toMatchObject({ created_count: 1, failed_count: 1 });
  const properties = { error_code: 'card_declined', error_message: 'Declined' };
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual(properties);

  const report = (await app.report('profiles/declined.errors.csv')) ?? '';
  expect(report).toMatch(
    /error_code,error_message,error_code,error_message,Email\r\ninvalid_email,.*,expired,Too old,nobody/,
  );
  const again = await app.drop('profiles/mended.csv', report.replace('nobody', 'eve@example.com'));
  expect(again.attributes).toMatchObject({ status: 'complete', created_count: 1, failed_count: 0 });
  expect((await app.profile('eve@example.com')).attributes.properties).toEqual({
    error_code: 'expired',
    error_message: 'Too old',
  });
});

test('a report without its codes is still a report', async () => {
  const app = await startImports();
  const { attributes } = await app.drop('profiles/x.csv', 'error_code,error_message,Email\n,,ada@example.com\n');
  expect(attributes).toMatchObject({ created_count: 1 });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({});
});

test('a mapping applies to a file with such a column, and can rename it', async () => {
  const app = await startImports();
  await app.put(
    'profiles/x.mapping.json',
    '{"encoding":"windows-1252","delimiter":";","columns":{"Error Code":"Reason"}}',
  );
  const { attributes } = await app.drop(
    'profiles/x.csv',
    Buffer.from('Email;Error Code;Amt\nada@example.com;a,b;SÃ£o\n', 'latin1'),
  );
  expect(attributes).toMatchObject({ created_count: 1, encoding: 'windows-1252', delimiter: ';' });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({ Reason: 'a,b', Amt: 'SÃ£o' });
});
