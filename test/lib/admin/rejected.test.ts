import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';
import { tableEndpoint } from '../../support/table.ts';
import { cli } from './cli.ts';

const start = async () => {
  const app = await startApp(events);
  const file = join(mkdtempSync(join(tmpdir(), 'admin-')), 'stack.json');
  const stack = { awsEndpoint: tableEndpoint(), tableName: app.tableName, importsBucket: 'none' };
  writeFileSync(file, JSON.stringify(stack));
  const rejected = (...args: readonly string[]) =>
    cli(['rejected', ...args, '--account', app.account, '--stack-file', file]);
  const refuse = (time: string) =>
    app.post(
      `/client/events?company_id=${app.account}`,
      { data: { type: 'event', attributes: { metric: 'ada@example.com', time } } },
      { authorization: '' },
    );
  return { app, rejected, refuse };
};

/** Colors, and text from right to left. */
const controls = ['\u001b', '\u202e'];

test('lists rejected items without personal data, and shows one with it, without control characters', async () => {
  const { rejected, refuse } = await start();
  await refuse(`\u001b[31m 'ada@example.com' \u202e`);
  const listed = await rejected('list', '--json');
  expect(listed.code).toBe(0);
  const [row] = JSON.parse(listed.out);
  expect(row).toMatchObject({ source: 'client', code: 'invalid', status: 'rejected', what: 'POST /client/events' });
  for (const one of ['ada@example', ...controls]) expect((await rejected('list')).out).not.toContain(one);

  const shown = await rejected('show', row.id);
  expect(shown.out).toContain('ada@example.com');
  for (const one of controls) expect(shown.out).not.toContain(one);
  expect((await rejected('list', '--code', 'conflict', '--json')).out.trim()).toBe('[]');
});

test('asks what to replay, and refuses what it cannot', async () => {
  const { rejected, refuse } = await start();
  for (let i = 0; i < 21; i++) await refuse('never');
  const nothing = await rejected('replay');
  expect([nothing.code, nothing.err]).toEqual([1, expect.stringContaining('--all')]);
  const rows: readonly { readonly id: string; readonly payload: string }[] = JSON.parse(
    (await rejected('list', '--json')).out,
  );
  const lost = rows.find(({ payload }) => payload.startsWith('none'));
  const refused = await rejected('replay', lost?.id ?? '');
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('no payload')]);
  const wrong = await rejected('list', '--from', 'yesterday');
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('--from')]);
});

test('shows what comes in for a time, and says from when on', { timeout: 30_000 }, async () => {
  const { app } = await start();
  const file = join(mkdtempSync(join(tmpdir(), 'admin-')), 'stack.json');
  writeFileSync(
    file,
    JSON.stringify({ awsEndpoint: tableEndpoint(), tableName: app.tableName, importsBucket: 'none' }),
  );
  const shown = await cli(['tail', '--for', '1', '--account', app.account, '--stack-file', file]);
  expect([shown.code, shown.out, shown.err]).toEqual([
    0,
    '',
    expect.stringMatching(/report from \d\d:\d\d:\d\d UTC on/),
  ]);
});
