import { expect, test } from 'vitest';
import { createAccount } from '../../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../../functions/domains/accounts/keys/actions.ts';
import { startImports } from '../start-imports.ts';

const headers = ['Mail', 'Vorname', 'Umsatz'];
const mapping = {
  columns: { Mail: 'Email', Vorname: 'First Name' },
  types: { Umsatz: { type: 'number', decimal: ',' } },
};
const file = 'Mail,Vorname,Umsatz\nada@example.com,Ada,"1,5"\nkeine,Eve,"2,5"\n';

const start = async () => {
  const app = await startImports();
  const save = (more: object = {}) =>
    app.post('/api/import-mappings', {
      data: { type: 'import-mapping', attributes: { name: 'Till', kind: 'profiles', headers, mapping, ...more } },
    });
  return { ...app, save };
};

test('a saved mapping is created, read, listed, changed and deleted', async () => {
  const app = await start();
  const made = await app.save();
  expect(made).toMatchObject({ status: 201, body: { data: { attributes: { name: 'Till', headers, mapping } } } });
  const { id } = made.body.data;
  const path = `/api/import-mappings/${id}`;
  expect((await app.get(path)).body.data).toEqual(made.body.data);

  const change = (attributes: object) => app.patch(path, { data: { type: 'import-mapping', id, attributes } });
  expect((await change({ name: 'The till' })).body.data.attributes).toMatchObject({ name: 'The till', mapping });
  const other = { columns: { Mail: 'Email' } };
  expect((await change({ mapping: other })).body.data.attributes).toMatchObject({ name: 'The till', mapping: other });

  expect((await app.save()).status).toBe(409);
  expect((await app.save({ headers: ['UMSATZ', 'vorname', ' mail', 'error_code', 'error_message'] })).status).toBe(409);
  const events = { kind: 'events', headers: ['Mail', 'Timestamp'], mapping: { columns: { Mail: 'Email' } } };
  expect((await app.save(events)).status).toBe(201);
  const all = (await app.get('/api/import-mappings')).body.data;
  const first = (await app.get('/api/import-mappings?page[size]=1')).body;
  const second = (await app.get(first.links.next.replace(/^https?:\/\/[^/]+/, ''))).body;
  expect([...first.data, ...second.data]).toEqual(all);
  expect(second.links.next).toBeNull();

  expect((await app.send('DELETE', path)).status).toBe(204);
  for (const [method, body] of [
    ['GET', undefined],
    ['DELETE', undefined],
    ['PATCH', { data: { type: 'import-mapping', id, attributes: { name: 'x' } } }],
  ] as const)
    expect([method, (await app.send(method, path, body)).status]).toEqual([method, 404]);
});

test('a mapping that would fail every import is refused, with all of its errors', async () => {
  const app = await start();
  const pointersOf = async (more: object) => {
    const { status, body } = await app.save(more);
    return [status, ...body.errors.map(({ source }: { source: { pointer: string } }) => source.pointer)];
  };
  const at = (path: string) => `/data/attributes/${path}`;
  expect(
    await pointersOf({ name: '', mapping: { dates: 'x', types: { Umsatz: 'money' }, colums: {} }, kind: 'people' }),
  ).toEqual([400, at('mapping/colums'), at('name'), at('kind'), at('mapping/types/Umsatz'), at('mapping/dates')]);
  expect(await pointersOf({ headers: [] })).toEqual([400, at('headers')]);
  expect(await pointersOf({ headers: ['Mail', 'mail', 'Umsatz'] })).toEqual([400, at('headers')]);
  expect(await pointersOf({ mapping: { columns: { Vorname: 'First Name' } } })).toEqual([400, at('mapping')]);
  expect(await pointersOf({ mapping: { columns: { E: 'Email', Mail: 'Email' } } })).toEqual([
    400,
    at('mapping/columns/E'),
  ]);
  expect(await pointersOf({ mapping: { ...mapping, constants: { x: 'y'.repeat(200_000) } } })).toEqual([
    400,
    at('mapping'),
  ]);
});

test('a saved mapping applies to files with its headers in any order, and to their failed rows; the job names it', async () => {
  const app = await start();
  const { id } = (await app.save()).body.data;
  const used = { source: 'saved', id, name: 'Till' };

  const job = await app.drop('profiles/heute.csv', file);
  expect(job.attributes).toMatchObject({ status: 'complete', created_count: 1, failed_count: 1, mapping: used });
  expect((await app.profile('ada@example.com')).attributes).toMatchObject({
    first_name: 'Ada',
    properties: { Umsatz: 1.5 },
  });

  const mended = (await app.report('profiles/heute.errors.csv'))?.replace('keine', 'eve@example.com') ?? '';
  const again = await app.drop('profiles/heute.errors.csv', mended);
  expect(again.attributes).toMatchObject({ created_count: 1, mapping: used, retries_job_id: job.id });
  expect((await app.profile('eve@example.com')).attributes.properties).toEqual({ Umsatz: 2.5 });

  const turned = await app.drop('profiles/morgen.csv', 'UMSATZ,vorname,MAIL\n"3,5",Bob,bob@example.com\n');
  expect(turned.attributes).toMatchObject({ created_count: 1, mapping: used });
  expect((await app.profile('bob@example.com')).attributes).toMatchObject({ first_name: 'Bob' });
});

test('a mapping beside a file replaces the saved one; other headers and other kinds have none', async () => {
  const app = await start();
  await app.save();
  await app.put('profiles/a.mapping.json', '{"columns":{"Mail":"Email"}}');

  const beside = await app.drop('profiles/a.csv', file);
  expect(beside.attributes).toMatchObject({
    created_count: 1,
    mapping: { source: 'file', id: 'profiles/a.mapping.json', name: null },
  });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({ Umsatz: '1,5' });

  const other = await app.drop('profiles/b.csv', file.replace('Umsatz', 'Umsätze'));
  expect(other.attributes).toMatchObject({ status: 'failed', mapping: null });
  expect((await app.drop('events/c.csv', file)).attributes).toMatchObject({ status: 'failed', mapping: null });
});

test('an account cannot use the mappings of another', async () => {
  const app = await start();
  await app.save();
  const { id } = await createAccount({ name: 'Another shop' }, app.services);
  const { key } = await createKey({ account: id, name: 'k', scopes: ['*'] }, app.services);
  await app.drop(`profiles/${id}/a.csv`, file);

  const { data } = (await app.get('/api/import-jobs', { authorization: `Klaviyo-API-Key ${key}` })).body;
  expect(data).toMatchObject([{ attributes: { status: 'failed', mapping: null } }]);
});
