import { afterEach, expect, test, vi } from 'vitest';
import { openDynamo } from '../../../../functions/platform/table/client/dynamo.ts';
import { openContainerCredentials } from '../../../../functions/platform/table/client/signing/container-credentials.ts';
import { openTable } from '../../../../functions/platform/table/table.ts';
import { defaultProvider } from '../../../../lib/constructs/functions/lambda-credentials.ts';
import { openProxy } from '../../../support/servers/proxy.ts';
import { notes } from '../open.ts';

const TOKEN = 'Bearer function';
const HOUR = 3_600_000;
const stops: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const stop of stops.splice(0)) stop();
});

/** The endpoint of a SnapStart function's keys: another set with each request, valid for an hour. */
const startKeys = async ({ failing = 0 }: { readonly failing?: number } = {}) => {
  const tokens: (string | undefined)[] = [];
  const place = await openProxy(async (request, response) => {
    tokens.push(request.headers.authorization);
    if (tokens.length <= failing) return void response.writeHead(500).end();
    const keys = { AccessKeyId: `KEY${tokens.length}`, SecretAccessKey: 'secret', Token: `session${tokens.length}` };
    response.end(JSON.stringify({ ...keys, Expiration: new Date(Date.now() + HOUR).toISOString() }));
  });
  stops.push(place.stop);
  const env = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${place.endpoint}/2021-08-04/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: TOKEN,
  };
  return { tokens, env };
};

const stub = (env: Readonly<Record<string, string>>) => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
    vi.stubEnv(name, '');
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
};

test('fetches keys once if the environment has none, and signs with them', async () => {
  const { tokens, env } = await startKeys();
  stub(env);
  const signed: string[] = [];
  const spy = await openProxy(async (request, response) => {
    signed.push(String(request.headers.authorization), String(request.headers['x-amz-security-token']));
    response.end('{}');
  });
  stops.push(spy.stop);

  const table = openTable('t', openDynamo({ endpoint: spy.endpoint, region: 'us-east-1' }));
  await Promise.all([1, 2, 3].map((id) => table.get(notes, { shard: 's', id: `${id}` })));

  expect(tokens).toEqual([TOKEN]);
  expect(signed).toHaveLength(6);
  expect(new Set(signed.filter((_, i) => i % 2 === 0).map((header) => header.split('/')[0]))).toEqual(
    new Set(['AWS4-HMAC-SHA256 Credential=KEY1']),
  );
  expect(signed[1]).toBe('session1');
});

test('one of the waiting requests fetches keys five minutes before they expire', async () => {
  const { tokens, env } = await startKeys();
  let time = Date.now();
  const keys = openContainerCredentials(env, () => time);

  expect((await keys())?.accessKeyId).toBe('KEY1');
  time += HOUR - 6 * 60_000;
  expect((await keys())?.accessKeyId).toBe('KEY1');
  time += 2 * 60_000;
  const again = await Promise.all([keys(), keys()]);

  expect(again.map((one) => one?.accessKeyId)).toEqual(['KEY2', 'KEY2']);
  expect(tokens).toHaveLength(2);
});

test('tries a failing endpoint three times, and again with the next request', async () => {
  const { env, tokens } = await startKeys({ failing: 3 });
  const keys = openContainerCredentials(env);

  await expect(keys()).rejects.toThrow(/^AWS_CONTAINER_CREDENTIALS_FULL_URI .* returned no credentials/);
  expect((await keys())?.accessKeyId).toBe('KEY4');
  expect(tokens).toHaveLength(4);
});

test('sends no token to an unencrypted host on the internet', () => {
  const place = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://keys.example.com/keys' };
  expect(() => openContainerCredentials(place)).toThrow('keys.example.com');
});

test('a deployment gives these keys to the SDK too, and the error for missing keys names the places searched', async () => {
  const { env } = await startKeys();
  stub({ AWS_CONTAINER_CREDENTIALS_FULL_URI: '' });
  await expect(defaultProvider()()).rejects.toThrow('AWS_CONTAINER_CREDENTIALS_FULL_URI');

  stub(env);
  expect(await defaultProvider()()).toMatchObject({ accessKeyId: 'KEY1', expiration: expect.any(Date) });

  stub({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' });
  expect(await defaultProvider()()).toEqual({ accessKeyId: 'a', secretAccessKey: 'b' });
});
