import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { imports } from '../../../functions/services/imports.ts';
import { startApp } from '../../support/app.ts';
import { tableEndpoint } from '../../support/table.ts';
import { cli } from './cli.ts';

const start = async () => {
  const app = await startApp(imports);
  const folder = mkdtempSync(join(tmpdir(), 'admin-'));
  const local = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const stack = { awsEndpoint: tableEndpoint(), tableName: app.tableName, importsBucket: 'drop' };
  const file = local('stack.json', JSON.stringify(stack));
  return { ...app, local, mappings: (...args: readonly string[]) => cli(['mappings', ...args, '--stack-file', file]) };
};

const mapping = { columns: { Mail: 'Email' }, types: { Groesse: 'number' } };
const sample = '"Mail";"Groesse"\r\nada@example.com;1\r\n';

test('saves, replaces, lists and removes a mapping for the headers of a file', async () => {
  const { mappings, local, get } = await start();
  expect(await mappings('list')).toMatchObject({ code: 0, err: expect.stringContaining('mappings save') });
  const file = local('till.mapping.json', JSON.stringify(mapping));

  const saved = await mappings('save', file, '--for', local('a.csv', sample), '--as', 'profiles');
  expect(saved).toMatchObject({ code: 0, out: expect.stringMatching(/^[\da-f]{32}\n$/) });
  expect(saved.err).toContain('Saved. It applies to profiles files with these headers');
  const id = saved.out.trim();
  expect((await get(`/api/import-mappings/${id}`)).body.data.attributes).toMatchObject({
    name: 'till',
    kind: 'profiles',
    headers: ['Mail', 'Groesse'],
    mapping,
  });

  const packed = local('b.csv.gz', gzipSync(Buffer.from(`\u{FEFF}${sample}`, 'utf16le')));
  const again = await mappings('save', file, '--for', packed, '--as', 'profiles', '--name', 'The till', '--json');
  expect(JSON.parse(again.out)).toMatchObject({ id, name: 'The till' });
  expect((await mappings('list')).out).toMatch(/^ID +KIND +NAME +CHANGED +HEADERS\n.*The till.*Mail, Groesse\n$/);
  expect(JSON.parse((await mappings('list', '--json')).out)).toMatchObject([{ id, mapping }]);

  expect(await mappings('remove', id)).toMatchObject({ code: 0, out: `Removed ${id}.\n` });
  expect(await mappings('remove', id)).toMatchObject({ code: 1, err: expect.stringContaining('There is no import') });
});

test('refuses an invalid mapping in one line', async () => {
  const { mappings, local } = await start();
  const csv = local('a.csv', sample);
  const save = (file: string, ...more: readonly string[]) => mappings('save', file, '--for', csv, ...more);
  const good = local('good.json', JSON.stringify(mapping));
  for (const [answer, reason] of [
    [await save(local('x.json', '{')), /required option '--as/],
    [await save(local('x.json', '{'), '--as', 'people'), /Allowed choices are profiles, events, catalog/],
    [await save(local('x.json', '{'), '--as', 'profiles'), /x\.json is not JSON/],
    [await save(local('y.json', '{"colums":{}}'), '--as', 'profiles'), /colums/],
    [await save(local('z.json', '{"columns":{"E":"Email"}}'), '--as', 'profiles'), /no column 'E'/],
    [await save('nowhere.json', '--as', 'profiles'), /nowhere\.json cannot be read/],
    [await mappings('save', good, '--for', local('e.csv', ''), '--as', 'profiles'), /The file is empty/],
  ] as const) {
    expect(answer.code).toBe(1);
    expect(answer.err).toMatch(reason);
    expect(answer.err).not.toMatch(/\n\s+at /);
  }
});
