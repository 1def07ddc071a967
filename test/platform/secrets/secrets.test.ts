import { randomUUID } from 'node:crypto';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { openSecrets } from '../../../functions/platform/secrets/secrets.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { awsEndpoint } from '../../support/servers/aws-endpoint.ts';

const start = () => {
  const config = clientConfig(awsEndpoint());
  const ssm = new SSMClient(config);
  const prefix = `/tributary/${randomUUID()}/secrets/shop/`;
  let time = Date.parse('2026-01-01T00:00:00Z');
  return {
    prefix,
    secrets: openSecrets({ prefix, now: () => new Date(time) }, config),
    put: (name: string, Value: string) =>
      ssm.send(new PutParameterCommand({ Name: `${prefix}${name}`, Value, Type: 'SecureString', Overwrite: true })),
    remove: (name: string) => ssm.send(new DeleteParameterCommand({ Name: `${prefix}${name}` })),
    pass: (minutes: number) => {
      time += minutes * 60_000;
    },
  };
};

test('decrypts a secret, and caches it for five minutes', async () => {
  const { secrets, put, remove, pass } = start();
  await put('stripe', 'whsec_1');
  expect(await secrets.get('stripe')).toBe('whsec_1');
  await put('stripe', 'whsec_2');
  pass(4);
  expect(await secrets.get('stripe')).toBe('whsec_1');
  pass(1);
  expect(await secrets.get('stripe')).toBe('whsec_2');
  await remove('stripe');
  expect(await secrets.get('stripe')).toBe('whsec_2');
  pass(5);
  await expect(secrets.get('stripe')).rejects.toThrow('is not set');
});

test('reads a missing secret each time, and the error says how to set it', async () => {
  const { secrets, put, prefix } = start();
  await expect(secrets.get('stripe')).rejects.toThrow(
    `The secret ${prefix}stripe is not set: aws ssm put-parameter --type SecureString --name ${prefix}stripe`,
  );
  await put('stripe', 'whsec_1');
  expect(await secrets.get('stripe')).toBe('whsec_1');
});

test.each(['', '../other/stripe', 'a/b', 'stripe:1', 'a b'])(
  '%j is not the name of a secret, and is not looked up',
  async (name) => {
    const secrets = openSecrets({ prefix: '/p/' }, { endpoint: 'http://127.0.0.1:1', region: 'us-east-1' });
    await expect(secrets.get(name)).rejects.toThrow('is not the name of a secret');
  },
);

test('no error contains the value of a secret', async () => {
  const { secrets, put } = start();
  await put('stripe', 'whsec_1');
  await secrets.get('stripe');
  const error = await secrets.get('other').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(JSON.stringify([error, String(error), Object.entries(error as Error)])).not.toContain('whsec_1');
});
