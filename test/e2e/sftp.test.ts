import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import Client from 'ssh2-sftp-client';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { admin } from '../support/deployed/admin.ts';
import { call, profileOf } from '../support/deployed/http.ts';
import { somebody } from '../support/deployed/klaviyo.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-sftp-'));
const keyOf = (name: string) => join(folder, name);
const makeKey = (name: string) =>
  promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', keyOf(name)]);
const { companyId } = inject('stack');
const { host, port } = inject('stack').sftp ?? { host: '', port: 0 };
const userOf = (name: string) => `${companyId}_${name}`;

const options = (name: string) => [
  ...['-P', String(port), '-i', keyOf(name), '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes'],
  ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'],
];
/** OpenSSH's own client, as a person types: it ends at the first failed command. */
const sftp = async (name: string, commands: readonly string[], user = userOf(name)) => {
  const child = spawn('sftp', [...options(name), '-b', '-', `${user}@${host}`]);
  child.stdin.end(`${commands.join('\n')}\n`);
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  return { code, said };
};
const local = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const reported = async (name: string, file: string) => {
  const client = await connect(name);
  try {
    return await vi.waitUntil(
      async () => {
        if (!(await client.exists(`/results/${file}`))) return undefined;
        return JSON.parse(String(await client.get(`/results/${file}`)));
      },
      { timeout: 60_000, interval: 500 },
    );
  } finally {
    await client.end();
  }
};
const connect = async (name: string) => {
  const client = new Client();
  await client.connect({ host, port, username: userOf(name), privateKey: readFileSync(keyOf(name)) });
  return client;
};

beforeAll(async () => {
  await promisify(execFile)('ssh', ['-V']).catch(() => {
    throw new Error("These tests use OpenSSH's sftp and ssh-keygen. On Debian: apt-get install openssh-client");
  });
  for (const name of ['ada', 'bob', 'stranger']) await makeKey(name);
  for (const name of ['ada', 'bob']) await admin('sftp', 'users', 'add', name, '--key', `${keyOf(name)}.pub`);
});

// Each has files of its own, and waits for its reports most of the time.
test.concurrent('imports a file put by OpenSSH, and offers its report', async () => {
  const email = somebody();
  const file = local('people.csv', `Email,First Name\n${email},Ada\nnobody,Eve\n`);
  const { code, said } = await sftp('ada', ['ls', 'cd profiles', `put ${file} people.csv`, 'ls -l']);
  expect(said).toMatch(/events.*profiles.*results.*people\.csv/s);
  expect(code).toBe(0);

  expect(await reported('ada', 'people.report.json')).toMatchObject({
    status: 'complete',
    created_count: 1,
    failed_count: 1,
    failed_rows: 'results/people.errors.csv',
  });
  expect((await profileOf(email)).attributes.first_name).toBe('Ada');
  const { import_job } = await reported('ada', 'people.report.json');
  const { body } = await call('GET', `/api/import-jobs/${import_job}/failed-rows`);
  expect(await (await fetch(body.data.attributes.download_url)).text()).toContain('nobody');
  expect((await sftp('ada', [`get results/people.errors.csv ${join(folder, 'errors.csv')}`])).code).toBe(0);
});

test.concurrent('imports a compressed file with its mapping, sent in the order of their names', async () => {
  const email = somebody();
  const packed = gzipSync(`Adresse;Kundennummer\n${email};007\nniemand;8\n`);
  writeFileSync(join(folder, 'kunden.Csv.GZ'), packed);
  local('kunden.MAPPING.json', '{"columns":{"Adresse":"Email"},"types":{"Kundennummer":"string"}}');
  expect((await sftp('ada', ['cd profiles', `lcd ${folder}`, 'mput kunden.*'])).code).toBe(0);

  const report = await reported('ada', 'kunden.report.json');
  expect(report.error).toBeUndefined();
  expect(report).toMatchObject({
    status: 'complete',
    mapping: 'profiles/kunden.MAPPING.json',
    created_count: 1,
    failed_rows: 'results/kunden.errors.csv',
  });
  expect((await profileOf(email)).attributes.properties).toMatchObject({ Kundennummer: '007' });
});

test.concurrent('runs a dry run for a file below dry-run/: offers its report, and imports nothing', async () => {
  const email = somebody();
  const file = local('plan.csv', `Email,First Name\n${email},Ada\nnobody,Eve\n`);
  const { code, said } = await sftp('ada', ['ls', 'cd dry-run', 'ls', `put ${file} profiles/plan.csv`]);
  expect(said).toMatch(/dry-run.*events.*profiles.*results/s);
  expect(code).toBe(0);

  expect(await reported('ada', 'dry-run/plan.report.json')).toMatchObject({
    status: 'complete',
    dry_run: true,
    created_count: 1,
    failed_count: 1,
    failed_rows: 'results/dry-run/plan.errors.csv',
  });
  const fetched = join(folder, 'plan.errors.csv');
  expect((await sftp('ada', [`get results/dry-run/plan.errors.csv ${fetched}`])).code).toBe(0);
  expect(readFileSync(fetched, 'utf8')).toContain('nobody');
  expect(await profileOf(email)).toBeUndefined();

  const { import_job } = await reported('ada', 'dry-run/plan.report.json');
  expect((await sftp('ada', [`put ${file} profiles/plan.csv`])).code).toBe(0);
  expect(await reported('ada', 'plan.report.json')).toMatchObject({ dry_run: false, created_count: 1 });
  expect((await profileOf(email)).attributes.first_name).toBe('Ada');

  const applied = await call('POST', `/api/import-jobs/${import_job}/apply`);
  const job = `/api/import-jobs/${applied.body.data.id}`;
  await vi.waitUntil(async () => (await call('GET', job)).body.data.attributes.status === 'complete', {
    timeout: 60_000,
    interval: 500,
  });
});

test.concurrent('imports a file under a temporary name after it is renamed', async () => {
  const email = somebody();
  const client = await connect('ada');
  await client.put(Buffer.from(`Email,First Name\n${email},Grace\n`), '/profiles/later.csv.part');
  await client.rename('/profiles/later.csv.part', '/profiles/later.csv');
  await client.end();

  expect(await reported('ada', 'later.report.json')).toMatchObject({ status: 'complete', created_count: 1 });
  expect((await profileOf(email)).attributes.first_name).toBe('Grace');
});

test.concurrent('imports nothing of an interrupted upload; imports all of it once resumed', async () => {
  const emails = Array.from({ length: 300 }, (_, i) => `${i}.${somebody()}`);
  const notes = `,${'x'.repeat(800)}`.repeat(8);
  const file = local('long.csv', `Email,A,B,C,D,E,F,G,H\n${emails.map((email) => `${email}${notes}\n`).join('')}`);
  const child = spawn('sftp', [...options('ada'), '-l', '400', '-b', '-', `${userOf('ada')}@${host}`]);
  child.stdin.end(`put ${file} profiles/long.csv\n`);
  // The whole upload takes 40 s at that rate.
  await sleep(8_000);
  child.kill('SIGKILL');

  expect(await reported('ada', 'long.report.json')).toMatchObject({ status: 'failed', total_count: 0 });
  expect((await sftp('ada', [`reput ${file} profiles/long.csv`])).code).toBe(0);
  await vi.waitUntil(async () => (await reported('ada', 'long.report.json')).status === 'complete', {
    timeout: 100_000,
    interval: 1_000,
  });
  expect(await reported('ada', 'long.report.json')).toMatchObject({ total_count: 300, created_count: 300 });
});

test('refuses a wrong key, a removed user and a password', async () => {
  expect((await sftp('stranger', ['ls'], userOf('ada'))).code).not.toBe(0);
  expect((await sftp('bob', ['ls'], userOf('ada'))).code).not.toBe(0);
  const client = new Client();
  await expect(client.connect({ host, port, username: userOf('ada'), password: 'ada' })).rejects.toThrow();

  await makeKey('gone');
  await admin('sftp', 'users', 'add', 'gone', '--key', `${keyOf('gone')}.pub`);
  expect((await sftp('gone', ['ls'])).code).toBe(0);
  await admin('sftp', 'users', 'remove', userOf('gone'));
  expect((await sftp('gone', ['ls'])).code).not.toBe(0);
  expect(
    JSON.parse(await admin('sftp', 'users', 'list'))
      .map(({ user }: { user: string }) => user)
      .sort(),
  ).toEqual([userOf('ada'), userOf('bob')]);
});

test('keeps users in their own folder', async () => {
  const file = local('secret.csv', 'Email\nsecret@example.com\n');
  expect((await sftp('ada', [`put ${file} profiles/secret.csv`])).code).toBe(0);
  const { said } = await sftp('bob', ['ls profiles']);
  expect(said).not.toContain('secret');
  const elsewhere = [
    `get ../${userOf('ada')}/profiles/secret.csv ${join(folder, 'stolen')}`,
    `get /sftp/${companyId}/${userOf('ada')}/profiles/secret.csv ${join(folder, 'stolen')}`,
    `get profiles/../../${userOf('ada')}/profiles/secret.csv ${join(folder, 'stolen')}`,
    `put ${file} ../profiles-of-all.csv`,
    `put ${file} /outside.csv`,
    'mkdir /outside',
  ];
  for (const command of elsewhere) expect((await sftp('bob', [command])).code, command).not.toBe(0);
});
