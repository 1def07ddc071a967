import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { readEnv } from '../../../functions/platform/resources/env.ts';
import { openServices } from '../../../functions/platform/resources/services.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { makeApp } from '../../../lib/stacks/app.ts';

const handle = async () => {};
const fail = async () => 'over' as const;
/** allows only single secrets, below the prefix of the service */
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

test('in a function', () => {
  expect(http.variables).toMatchObject({ SECRETS_PREFIX: '/tributary/Shop/secrets/webhooks/' });
  expect(http.variables).not.toHaveProperty('FETCH');
  expect(queue.variables).toMatchObject({ FETCH: 'on' });
  expect(queue.variables).not.toHaveProperty('SECRETS_PREFIX');
  for (const { variables } of [http, queue])
    for (const name of ['IMPORTS_BUCKET', 'ARCHIVE_BUCKET', 'SCHEDULE_GROUP', 'MAIL_FROM'])
      expect(variables).not.toHaveProperty(name);
});

test('%s throws if the service does not declare it', () => {
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

describe('eager resources exist, or are absent if the deployment has none', () => {
  const services = openServices(readEnv({ TABLE_NAME: 'data' }), { region: 'us-east-1' });

  test.each(['imports', 'archive', 'queue', 'schedule', 'secrets', 'fetch'] as const)(
    'a client is created once',
    (name) => {
      expect(() => services[name]()).toThrow(`is not set: the service has to declare that it uses ${name}.`);
    },
  );

  test('a service has a client for each of its declared queues, and no other', () => {
    expect(services.table).toBeDefined();
    expect(services).not.toHaveProperty('mail');
  });

  test('requires no setting', () => {
    const used = openServices(readEnv({ TABLE_NAME: 'data', FETCH: 'on', QUEUE_URL: 'https://queue' }), {});
    expect(used.fetch()).toBe(used.fetch());
    expect(used.queue()).toBe(used.queue());
  });

  test('parses the texts of the command line', () => {
    const QUEUE_URLS = JSON.stringify({ mail: 'https://mail' });
    const used = openServices(readEnv({ TABLE_NAME: 'data', QUEUE_URL: 'https://queue', QUEUE_URLS }), {});
    expect(used.queue('mail')).toBe(used.queue('mail'));
    expect(used.queue('mail')).not.toBe(used.queue());
    expect(() => used.queue('other')).toThrow('The URL of other is not set');
  });
});
