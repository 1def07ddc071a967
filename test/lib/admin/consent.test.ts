import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { changeConsent } from '../../../functions/domains/consent/actions.ts';
import { readEntries } from '../../../functions/domains/consent/ledger/verify.ts';
import { ledgerPk } from '../../../functions/domains/consent/records/store.ts';
import { consent } from '../../../functions/services/consent.ts';
import { personWith } from '../../domains/consent/people.ts';
import { startApp } from '../../support/app.ts';
import { tableEndpoint } from '../../support/table.ts';
import { cli } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'admin-'));

test('verifies and exports consent from the command line', async () => {
  const app = await startApp(consent);
  const context = app.context();
  const stackFile = join(folder, `${randomUUID()}.json`);
  writeFileSync(stackFile, JSON.stringify({ awsEndpoint: tableEndpoint(), tableName: app.tableName }));
  const run = (...args: string[]) => cli(['consent', ...args, '--stack-file', stackFile]);
  const { id: profileId } = await personWith({ email: 'ada@example.com' }, context);
  const told = { channel: 'email', type: 'marketing', to: 'SUBSCRIBED', at: new Date('2025-01-01') } as const;
  await changeConsent({ profileId, ...told, evidence: { method: 'form' } }, context);

  const whole = await run('verify');
  expect(whole).toMatchObject({ code: 0, out: expect.stringContaining('1 entries in 1 ledgers: none was changed') });

  const page = join(folder, 'page.html');
  expect(await run('export', profileId, '--format', 'html', '--out', page)).toMatchObject({ code: 0 });
  expect(readFileSync(page, 'utf8')).toContain('NEVER_SUBSCRIBED to SUBSCRIBED');
  const { out } = await run('export', profileId);
  expect(JSON.parse(out)).toMatchObject({ profile: profileId, ledgers: [{ entries: 1, faults: [] }, { entries: 0 }] });

  const byEmail = await run('export', 'ada@example.com');
  expect(JSON.parse(byEmail.out)).toMatchObject({ profile: profileId });
  expect(await run('verify', '--profile', 'ada@example.com')).toMatchObject({ code: 0 });
  expect(await run('export', 'nobody@example.com')).toMatchObject({
    code: 1,
    err: expect.stringContaining("Nobody has the email 'nobody@example.com'."),
  });

  const [entry] = await readEntries(ledgerPk(app.account, profileId), context);
  await DynamoDBDocumentClient.from(app.client).send(
    new UpdateCommand({
      TableName: app.tableName,
      Key: { pk: entry?.pk, sk: entry?.sk },
      UpdateExpression: 'SET isLate = :yes',
      ExpressionAttributeValues: { ':yes': true },
    }),
  );
  for (const args of [['verify'], ['verify', '--profile', profileId]]) {
    const tampered = await run(...args);
    expect(tampered.code).toBe(1);
    expect(tampered.out).toContain(`${entry?.pk} ${entry?.sk}: changed.`);
  }
});
