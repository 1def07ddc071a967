import { expect, test } from 'vitest';
import { createAccount } from '../../../../functions/domains/accounts/actions.ts';
import { filePrefixes } from '../../../../functions/domains/imports/erase/objects.ts';
import { accountOrOnly } from '../../../../lib/admin/cli/account-option.ts';
import { startImports } from '../start-imports.ts';

test('with several accounts, the folder names the account', async () => {
  const app = await startImports();
  await createAccount({ name: 'Other shop' }, app.services);

  const job = await app.drop(`profiles/${app.account}/people.CSV`, 'Email\na@example.com\n');

  expect(job.attributes).toMatchObject({ status: 'complete', created_count: 1 });
});

test('a file that belongs to no account is not imported, and a file beside it says so', async () => {
  const app = await startImports();
  await createAccount({ name: 'Other shop' }, app.services);

  expect(await app.drop('profiles/people.csv', 'Email\na@example.com\n')).toBeUndefined();

  expect(await app.report('profiles/people.csv.error.txt')).toMatch(/profiles\/<account id>\//);
  expect(app.lines.at(-1)).toContain('upload belongs to no account');
});

test('the account of a smoke test does not count as a second account', async () => {
  const app = await startImports();
  const smoke = await createAccount({ name: 'Smoke test', isTest: true }, app.services);

  const job = await app.drop('profiles/people.csv', 'Email\na@example.com\n');

  expect(job.attributes).toMatchObject({ status: 'complete', created_count: 1 });
  expect(await accountOrOnly(undefined, app.services)).toBe(app.account);
  expect(await filePrefixes(app.account, app.services)).toContain('profiles/');
  expect(await filePrefixes(smoke.id, app.services)).toContain(`profiles/${smoke.id}/`);
  expect(await accountOrOnly(smoke.id, app.services)).toBe(smoke.id);
});
