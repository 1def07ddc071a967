import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import { openTarget } from '../../../lib/admin/deployment/target.ts';
import { createTable, tableEndpoint } from '../../support/table.ts';
import { cli } from './cli.ts';

const config = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const folder = mkdtempSync(join(tmpdir(), 'target-'));

let shop: readonly string[];
beforeAll(async () => {
  const tableName = `target-${randomUUID()}`;
  await createTable(new DynamoDBClient({ endpoint: tableEndpoint(), ...config }), tableName);
  const file = join(folder, 'stack.json');
  writeFileSync(file, JSON.stringify({ awsEndpoint: tableEndpoint(), tableName, importsBucket: 'none' }));
  shop = ['--stack-file', file];
  await cli(['accounts', 'create', '--name', 'Shop', ...shop]);
});

test('never targets AWS because no local cloud is running', async () => {
  const nowhere = join(folder, 'nothing.json');
  await expect(openTarget({}, nowhere)).rejects.toThrow(
    /No local cloud of this checkout is running.*npm start.*--stack Tributary/,
  );
  await expect(openTarget({ local: true }, nowhere)).rejects.toThrow(/No local cloud is running/);
  const both = await cli(['accounts', 'list', '--stack-file', nowhere, '--stack', 'Tributary']);
  expect(both).toMatchObject({ code: 1, err: expect.stringContaining('Use --stack-file, which is for a local cloud') });
});

test('prints the target before it acts, on standard error, also for programs', async () => {
  const where = `On the local cloud at ${tableEndpoint()}.`;
  for (const json of [[], ['--json']]) {
    const { out, err } = await cli(['accounts', 'list', ...json, ...shop]);
    expect(err).toContain(where);
    expect(out).not.toContain(where);
  }
  const failing = await cli(['keys', 'revoke', '01ABC', ...shop]);
  expect(failing.err.indexOf(where)).toBeLessThan(failing.err.indexOf('no key 01ABC'));
});

test('prints the fields of the API for programs', async () => {
  const [account] = JSON.parse((await cli(['accounts', 'list', '--json', ...shop])).out);
  expect(account).toMatchObject({
    id: account.public_api_key,
    name: 'Shop',
    timezone: 'UTC',
    contact_information: { organization_name: 'Shop' },
    created_at: expect.any(String),
  });
});

test('asks before irreversible actions, and refuses them without a terminal', async () => {
  const erasure = await cli(['privacy', 'delete', 'ada@example.com', ...shop]);
  expect(erasure).toMatchObject({ code: 1, out: '' });
  expect(erasure.err).toContain(
    `Permanently erase all data on ada@example.com (no profile) on the local cloud at ${tableEndpoint()}?`,
  );
  expect(erasure.err).toContain('nothing was done. Add --yes');
  expect(JSON.parse((await cli(['privacy', 'list', '--json', ...shop])).out)).toEqual([]);

  const rotation = ['tokens', 'rotate', '--purpose', 'preferences', ...shop];
  const refused = await cli([...rotation, '--revoke']);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('unsubscribe links of all mails') });
  expect((await cli([...rotation, '--revoke', '--yes'])).code).toBe(0);
  expect((await cli(rotation)).code).toBe(0);
});

test.each([
  ['notanemail', [], /'notanemail' is no e-mail address.*--as external_id/],
  ['01JZX3V0G7M6C8E2B4D5F9H1K3', [], /no profile id/],
  ['ada@', [], /Not an e-mail address/],
  ['customer-1', ['--as', 'external_id'], /Permanently erase all data on customer-1/],
])('refuses an erasure with a mistyped option: %j %j', async (person, as, reason) => {
  const { code, err } = await cli(['privacy', 'delete', person, ...as, ...shop]);
  expect([code, err]).toEqual([1, expect.stringMatching(reason)]);
  expect(err).not.toMatch(/\n\s+at /);
});
