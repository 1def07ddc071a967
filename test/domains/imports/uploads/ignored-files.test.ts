import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAccount, listAccounts } from '../../../../functions/domains/accounts/actions.ts';
import { ignoredFiles } from '../../../../functions/domains/imports/ignored-files.ts';
import { cli } from '../../../lib/admin/cli.ts';
import { awsEndpoint } from '../../../support/servers/aws-endpoint.ts';
import { startImports } from '../start-imports.ts';

test('files that no import reads are listed with advice', async () => {
  const app = await startImports();
  const imported = [
    'profiles/people.csv',
    'profiles/people.mapping.json',
    'profiles/team/people.CSV',
    'profiles/team/people.csv.mapping.json',
    'dry-run/events/Seen.tsv',
    'events/Seen.errors.csv',
    'reports/x/y/errors-000000000001.jsonl',
    'work/x/y/000000.csv',
    `sftp/${app.account}/till/profiles/a.csv.gz`,
    `sftp/${app.account}/till/results/a.report.json`,
  ];
  const ignored: readonly (readonly [key: string, advice: RegExp])[] = [
    ['people.csv', /not one of those that are imported.*profiles\/people\.csv/],
    ['Profiles/people.csv', /not one of those that are imported/],
    ['dry-run/people.csv', /not one of those that are imported/],
    ['profiles/people.txt', /must end in \.csv, \.tsv/],
    ['profiles/people.xlsx', /CSV UTF-8/],
    ['profiles/peoples.mapping.json', /not in its folder/],
    ['profiles/people.json', /people\.mapping\.json/],
    [`sftp/${app.account}/till/a.csv`, /not one of those that are imported/],
  ];
  for (const key of [...imported, ...ignored.map(([key]) => key)]) await app.put(key, 'x');
  const accounts = async () => listAccounts(app.services);
  const mine = (await accounts()).filter(({ id }) => id === app.account);

  const found = await ignoredFiles(mine, app.files);
  expect(found.isWhole).toBe(true);
  expect(new Map(found.ignored.map(({ key, advice }) => [key, advice]))).toEqual(
    new Map(ignored.map(([key, advice]) => [key, expect.stringMatching(advice)])),
  );

  const file = join(mkdtempSync(join(tmpdir(), 'admin-')), 'stack.json');
  const names = { tableName: app.tableName, importsBucket: app.bucket };
  writeFileSync(file, JSON.stringify({ awsEndpoint: awsEndpoint(), ...names }));
  const listed = await cli(['imports', 'list', '--ignored', '--stack-file', file]);
  expect(listed).toMatchObject({ code: 0, out: expect.stringContaining('profiles/people.xlsx') });

  // With several accounts, a file has to name its account.
  await createAccount({ name: 'Other' }, app.services);
  const among = await ignoredFiles(await accounts(), app.files);
  expect(among.ignored.find(({ key }) => key === 'profiles/people.csv')?.advice).toMatch(/No account has this id/);
});
