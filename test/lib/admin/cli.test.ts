import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import { createTable, tableEndpoint } from '../../support/table.ts';
import { cli, cliProcess } from './cli.ts';

const config = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const folder = mkdtempSync(join(tmpdir(), 'admin-'));

/** An empty deployment, and the option that names it. */
const deployment = async (): Promise<readonly string[]> => {
  const tableName = `admin-${randomUUID()}`;
  await createTable(new DynamoDBClient({ endpoint: tableEndpoint(), ...config }), tableName);
  const file = join(folder, `${tableName}.json`);
  writeFileSync(file, JSON.stringify({ awsEndpoint: tableEndpoint(), tableName, importsBucket: 'none' }));
  return ['--stack-file', file];
};

let shop: readonly string[];
let account: string;
beforeAll(async () => {
  shop = await deployment();
  const made = await cli(['accounts', 'create', '--name', 'Shop', '--timezone', 'Europe/Berlin', '--json', ...shop]);
  account = JSON.parse(made.out).id;
});

test('creates and lists an account, and prints only its id on standard output', async () => {
  const empty = await deployment();
  const none = await cli([...empty, 'accounts', 'list']);
  expect(none).toMatchObject({ code: 0, out: '\n', err: expect.stringContaining('accounts create --name') });

  const made = await cliProcess([...empty, 'accounts', 'create', '--name', 'Shop']);
  expect(made.code).toBe(0);
  expect(made.out).toMatch(/^[A-Za-z0-9]{6}\n$/);
  expect(made.err).toContain('keys create');

  const { out } = await cli([...empty, 'accounts', 'list']);
  expect(out.split('\n')[0]).toMatch(/^ID +NAME +TIMEZONE +CREATED$/);
  expect(out).toContain(`${made.out.trim()}  Shop  UTC`);
});

test('creates a key, shows it once, lists it without its value, and revokes it', async () => {
  const made = await cli(['keys', 'create', '--name', 'till', '--scope', 'profiles:read', 'profiles:write', ...shop]);
  expect(made).toMatchObject({ code: 0, err: expect.stringContaining('only time') });
  expect(made.out).toMatch(new RegExp(`^pk_${account}_\\w{40}\n$`));

  const listed = await cli(['keys', 'list', '--json', '--account', account, ...shop]);
  const [key] = JSON.parse(listed.out);
  expect(key).toMatchObject({
    name: 'till',
    scopes: ['profiles:read', 'profiles:write'],
    lastFour: made.out.trim().slice(-4),
  });
  expect(key).not.toHaveProperty('hash');

  expect(await cli(['keys', 'revoke', key.id, ...shop])).toMatchObject({
    code: 0,
    out: expect.stringContaining(key.id),
  });
  const { out } = await cli(['keys', 'list', ...shop]);
  expect(out).toMatch(/till .*profiles:read profiles:write +\S+Z +- +\S+Z/);
});

test('restricts a key, changes its rules, and replaces it', async () => {
  const create = ['keys', 'create', '--name', 'hook', '--scope', 'events:write', '--network', '203.0.113.0/24'];
  const made = await cli([...create, '--origin', 'https://shop.example', '--expires', '2999-01-01', '--json', ...shop]);
  const { id } = JSON.parse(made.out);
  const changed = await cli(['keys', 'change', id, '--no-network', '--no-expires', '--json', ...shop]);
  expect(JSON.parse(changed.out)).toMatchObject({ id, origins: ['https://shop.example'] });
  expect(JSON.parse(changed.out)).not.toHaveProperty('networks');
  expect(JSON.parse(changed.out)).not.toHaveProperty('endsAt');

  const rotated = await cli(['keys', 'rotate', id, '--overlap', '48', '--json', ...shop]);
  const shown = JSON.parse(rotated.out);
  expect(shown).toMatchObject({
    name: 'hook',
    scopes: ['events:write'],
    replaces: id,
    key: expect.any(String),
    old_ends_at: expect.any(String),
  });
  expect(shown).not.toHaveProperty('hash');
  const { out } = await cli(['keys', 'list', ...shop]);
  expect(out).toMatch(/hook .*https:\/\/shop\.example/);
});

test('records who changed what, without keys and their hashes', async () => {
  const own = await deployment();
  const id = (await cli([...own, 'accounts', 'create', '--name', 'Shop'])).out.trim();
  const { out: key } = await cli([...own, 'keys', 'create', '--name', 'till', '--scope', '*']);
  await cli([...own, 'accounts', 'set', 'pageLanguage=de']);
  await cli([...own, 'tokens', 'rotate', '--purpose', 'kx']);

  const entries = JSON.parse((await cli([...own, 'audit', '--json'])).out);
  const actor = { type: 'operator', id: userInfo().username, last_four: null };
  expect(entries).toMatchObject([
    { actor, action: 'rotate', resource_type: 'token-secret', resource_id: 'kx', outcome: 'done' },
    { actor, action: 'update', resource_type: 'account', resource_id: id, before: {}, after: { pageLanguage: 'de' } },
    { actor, action: 'create', resource_type: 'api-key', after: { name: 'till', lastFour: key.trim().slice(-4) } },
    { actor, action: 'create', resource_type: 'account', after: { name: 'Shop' } },
  ]);
  expect(JSON.stringify(entries)).not.toMatch(/hash|pk_/);
  const { out } = await cli([...own, 'audit', '--limit', '1']);
  expect(out).toMatch(/AT +BY +CHANGE +OUTCOME +BEFORE +AFTER/);
  expect(out).toContain('rotate token-secret kx');
});

test('creates a key with its own limits, and prints them as JSON', async () => {
  const { out } = await cli([
    'keys',
    'create',
    '--name',
    'x',
    '--scope',
    '*',
    '--burst',
    '5',
    '--steady',
    '60',
    '--json',
    ...shop,
  ]);
  expect(JSON.parse(out)).toMatchObject({
    account,
    scopes: ['*'],
    limits: { burst: 5, steady: 60 },
    key: expect.any(String),
  });
});

test.each([
  [
    ['keys', 'create', '--name', 'x', '--scope', 'profile:read'],
    /No endpoint has the scope profile:read. Use .*profiles:read/,
  ],
  [['keys', 'create', '--name', 'x', '--scope', '*', '--burst', '5'], /--burst and --steady together, or neither/],
  [['keys', 'create', '--name', 'x', '--scope', '*', '--burst', 'five'], /whole number/],
  [['keys', 'create', '--name', 'x'], /required option '--scope/],
  [['keys', 'create', '--name', 'x', '--scope', '*', '--network', 'home'], /'home' is no network/],
  [['keys', 'create', '--name', 'x', '--scope', '*', '--expires', 'soon'], /cannot expire at 'soon'/],
  [['keys', 'rotate', '01ABC'], /no key 01ABC/],
  [['keys', 'list', '--account', 'nobody'], /no account nobody.*accounts list/],
  [['keys', 'revoke', '01ABC'], /no key 01ABC/],
  [['accounts', 'create', '--name', 'x', '--timezone', 'Mars'], /IANA/],
  [['accounts', 'set', 'optInProcess=triple'], /optInProcess: .*double_opt_in/],
  [['accounts', 'set', 'colour=red'], /no setting colour.*optInProcess/],
  [['accounts', 'set', 'optInProcess'], /name=value/],
  [['accounts', 'creat'], /create\?/],
  [['accounts', 'list', '--local', '--stack', 'X'], /Use --local without --stack/],
])('%j fails, with the reason', async (args, reason) => {
  const { code, out, err } = await cli([...args, ...shop]);
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toMatch(reason);
  expect(err).not.toMatch(/\n\s+at /);
});

test('changes settings of an account, and resets them to their defaults', async () => {
  const { out } = await cli(['accounts', 'set', 'optInProcess=double_opt_in', '--json', ...shop]);
  expect(JSON.parse(out)).toMatchObject({ id: account, name: 'Shop', optInProcess: 'double_opt_in' });
  const again = await cli(['accounts', 'set', 'optInProcess=', '--account', account, ...shop]);
  expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/optInProcess +default/) });
});

test('allows only values that are refused by default', async () => {
  const allow = (values: string) => cli(['accounts', 'set', `allowedIdentifiers=${values}`, '--json', ...shop]);
  expect(JSON.parse((await allow('["0","Guest"]')).out)).toMatchObject({ allowedIdentifiers: ['0', 'Guest'] });
  expect(await allow('["walk-in"]')).toMatchObject({
    code: 1,
    err: expect.stringContaining("'walk-in' is not a placeholder"),
  });
});

test('lists every command in the help', async () => {
  const { code, out } = await cliProcess(['--help']);
  expect(code).toBe(0);
  expect(out).toMatch(/accounts[\s\S]+keys/);
});

test('names a missing or invalid file, with what to do', async () => {
  expect(await cli(['accounts', 'list', '--stack-file', '/nowhere.json'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('npm start'),
  });
  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '{');
  expect((await cli(['accounts', 'list', '--stack-file', broken])).err).toContain('npm start');
});

test('reports a deployment that does not respond', async () => {
  const file = join(folder, 'gone.json');
  writeFileSync(file, JSON.stringify({ awsEndpoint: 'http://127.0.0.1:9', tableName: 'x', importsBucket: 'y' }));
  const { code, err } = await cliProcess(['accounts', 'list', '--stack-file', file]);
  expect(code).toBe(1);
  expect(err).toMatch(/The deployment does not answer/);
});

const aws = { AWS_ENDPOINT_URL: tableEndpoint(), AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

test('finds the table on AWS by the outputs of its stack', async () => {
  const name = `T${randomUUID().slice(0, 8)}`;
  const tableName = `admin-${randomUUID()}`;
  await createTable(new DynamoDBClient({ endpoint: tableEndpoint(), ...config }), tableName);
  const client = new CloudFormationClient({ endpoint: tableEndpoint(), ...config });
  const TemplateBody = JSON.stringify({
    Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
    Outputs: { TableName: { Value: tableName }, ImportsBucket: { Value: 'drop' } },
  });
  await client.send(new CreateStackCommand({ StackName: `${name}-Data`, TemplateBody }));
  await waitUntilStackCreateComplete({ client, maxWaitTime: 30, minDelay: 1 }, { StackName: `${name}-Data` });

  const made = await cli(['accounts', 'create', '--name', 'Shop', '--stack', name, '--region', 'us-east-1'], {
    env: aws,
  });
  expect(made).toMatchObject({ code: 0, err: expect.stringContaining(`On ${name} in us-east-1`) });
  const mail = await cli(['mail', '--stack', name, '--region', 'us-east-1'], { env: aws });
  expect(mail).toMatchObject({ code: 1, err: expect.stringContaining('Only the local cloud keeps it') });
});

test('reports a missing stack, credentials or region on AWS', async () => {
  const missing = await cli(['accounts', 'list', '--stack', 'Nobody', '--region', 'us-east-1'], { env: aws });
  expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('npm run deploy') });
  const anonymous = await cli(['accounts', 'list', '--stack', 'Nobody', '--region', 'us-east-1']);
  expect(anonymous).toMatchObject({ code: 1, err: expect.stringContaining('AWS_PROFILE') });
  expect((await cli(['accounts', 'list', '--stack', 'Nobody'], { env: aws })).err).toMatch(/--region/);
});
