import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linkIn, startPages } from '../../api/pages/visit.ts';
import { tableEndpoint } from '../../support/table.ts';
import { cli } from './cli.ts';

const file = join(mkdtempSync(join(tmpdir(), 'admin-')), 'stack.json');
writeFileSync(file, JSON.stringify({ awsEndpoint: tableEndpoint(), tableName: 'none', importsBucket: 'none' }));
const mail = (...args: readonly string[]) => cli(['mail', ...args, '--stack-file', file]);

test('shows caught mails as they would arrive, to one address or to all, also as JSON', async () => {
  const app = await startPages({ optInProcess: 'double_opt_in' });
  const [ada, eve] = ['ada', 'eve'].map((name) => `${name}.${process.pid}@mails.example`);
  for (const email of [ada, eve]) await app.form(`/pages/subscribe/${app.account}`, { email: email ?? '' });
  await app.deliver();

  const shown = await mail('--to', ada ?? '');
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.out.split('\n').slice(0, 5)).toEqual([
    'From: shop@example.com',
    `To: ${ada}`,
    'Subject: Please confirm your subscription to Test shop',
    expect.stringMatching(/^Date: \d{4}-\d\d-\d\dT/),
    '',
  ]);
  expect((await app.form(linkIn(shown.out, 'confirm'), {})).body).toContain('You are subscribed');

  const all = JSON.parse((await mail('--json')).out);
  expect(all.map(({ To }: { readonly To: readonly string[] }) => To[0])).toEqual(expect.arrayContaining([ada, eve]));
  const none = await mail('--to', 'nobody@mails.example');
  expect([none.code, none.out.trim(), none.err]).toEqual([0, '', expect.stringContaining('/pages/subscribe/')]);
});
