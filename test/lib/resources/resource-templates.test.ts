import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { readEnv } from '../../../functions/platform/resources/env.ts';
import { openServices } from '../../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { makeApp } from '../../../lib/stacks/app.ts';

const handle = async () => {};
const fail = async () => 'over' as const;
/** Its requests use secrets, its worker calls hosts on the internet. */
const webhooks: ServiceDeclaration = {
  name: 'webhooks',
  routes: {
    hook: {
      method: 'POST',
      path: '/hooks',
      summary: 'Takes a hook',
      scopes: [],
      handle: async () => ({ status: 202 }),
    },
  } as never,
  triggers: [{ on: 'message', kind: 'call', handle, fail }],
  uses: ['table', 'queue', 'secrets'],
  workerUses: ['table', 'fetch'],
};

const { service } = makeApp([webhooks], { context: { 'aws:cdk:bundling-stacks': [], name: 'Shop' } });
const template = Template.fromStack(service);

const functionOf = (entryPoint: string) => {
  const [found] = Object.values(
    template.findResources('AWS::Lambda::Function', { Properties: { Handler: `index.${entryPoint}` } }),
  );
  const { Environment, Role } = found?.Properties ?? {};
  const [role] = Role['Fn::GetAtt'];
  const policies = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
    Properties.Roles.some(({ Ref }: { readonly Ref: string }) => Ref === role),
  );
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return { variables: Environment.Variables, statements };
};

const http = functionOf('http');
const queue = functionOf('queue');

test('gives a function the environment of the resources it uses, and no other', () => {
  expect(http.variables).toMatchObject({ SECRETS_PREFIX: '/tributary/Shop/secrets/webhooks/' });
  expect(http.variables).not.toHaveProperty('FETCH');
  expect(queue.variables).toMatchObject({ FETCH: 'on' });
  expect(queue.variables).not.toHaveProperty('SECRETS_PREFIX');
  for (const { variables } of [http, queue])
    for (const name of ['IMPORTS_BUCKET', 'ARCHIVE_BUCKET', 'SCHEDULE_GROUP', 'MAIL_FROM'])
      expect(variables).not.toHaveProperty(name);
});

test('allows only single secrets, below the prefix of the service', () => {
  const ofSsm = (statements: readonly { readonly Action: unknown }[]) =>
    statements.filter(({ Action }) => JSON.stringify(Action).includes('ssm:'));
  expect(ofSsm(http.statements)).toEqual([
    {
      Effect: 'Allow',
      Action: 'ssm:GetParameter',
      Resource: {
        'Fn::Join': [
          '',
          expect.arrayContaining([expect.stringMatching(/:parameter\/tributary\/Shop\/secrets\/webhooks\/\*$/)]),
        ],
      },
    },
  ]);
  expect(ofSsm(queue.statements)).toEqual([]);
});

describe('in a function', () => {
  const services = openServices(readEnv({ TABLE_NAME: 'data' }), { region: 'us-east-1' });

  test.each(['imports', 'archive', 'queue', 'schedule', 'secrets', 'fetch', 'sftp'] as const)(
    '%s throws if the service does not declare it',
    (name) => {
      expect(() => services[name]()).toThrow(`is not set: the service has to declare that it uses ${name}.`);
    },
  );

  test('eager resources exist, or are absent if the deployment has none', () => {
    expect(services.table).toBeDefined();
    expect(services).not.toHaveProperty('mail');
  });

  test('a client is created once', () => {
    const used = openServices(readEnv({ TABLE_NAME: 'data', FETCH: 'on', QUEUE_URL: 'https://queue' }), {});
    expect(used.fetch()).toBe(used.fetch());
    expect(used.queue()).toBe(used.queue());
  });

  test('a service has a client for each of its declared queues, and no other', () => {
    const QUEUE_URLS = JSON.stringify({ mail: 'https://mail' });
    const used = openServices(readEnv({ TABLE_NAME: 'data', QUEUE_URL: 'https://queue', QUEUE_URLS }), {});
    expect(used.queue('mail')).toBe(used.queue('mail'));
    expect(used.queue('mail')).not.toBe(used.queue());
    expect(() => used.queue('other')).toThrow('The URL of other is not set');
  });
});
