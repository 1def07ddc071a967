import { PassThrough } from 'node:stream';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { standingOf } from '../../../lib/deploy/account/stack-states.ts';
import { templatePlan } from '../../../lib/deploy/plan.ts';
import type { Survey, SurveyedStack } from '../../../lib/deploy/survey.ts';
import {
  type Template as Deployed,
  indexProblems,
  losses,
  readTemplate,
} from '../../../lib/deploy/templates/template-changes.ts';
import { parseSettings } from '../../../lib/settings/settings.ts';
import { confirm } from '../../../lib/terminal/confirm.ts';
import { synthesize } from '../../support/templates.ts';

const synthesise = (context: Readonly<Record<string, string>> = {}) => {
  const made = synthesize(context);
  return { ...made, template: Template.fromStack(made.data) };
};
const TABLE = 'AWS::DynamoDB::GlobalTable';
const kept = [TABLE, 'AWS::S3::Bucket'];

// Synthesized before the tests, because it takes long.
const { data, template } = synthesise();
const { data: standing } = synthesise({ terminationProtection: 'true' });
const { data: disposableData, template: disposable } = synthesise({ terminationProtection: 'true', protect: 'false' });

describe('a first deployment', () => {
  test('creates nothing that its rollback cannot remove', () => {
    expect(data.terminationProtection).toBe(false);
    template.hasParameter('DeletionProtection', { Default: 'off' });
    template.hasCondition('IsDeletionProtected', { 'Fn::Equals': [{ Ref: 'DeletionProtection' }, 'on'] });
    const replica = { DeletionProtectionEnabled: { 'Fn::If': ['IsDeletionProtected', true, false] } };
    template.hasResourceProperties(TABLE, { Replicas: [Match.objectLike(replica)] });
  });

  test('retains what holds data in every operation except its creation', () => {
    for (const [id, { Type, DeletionPolicy, UpdateReplacePolicy }] of Object.entries(
      template.toJSON().Resources as Deployed['Resources'],
    )) {
      const isKept = DeletionPolicy === 'RetainExceptOnCreate' && UpdateReplacePolicy === 'Retain';
      expect([id, isKept]).toEqual([id, kept.includes(Type)]);
      // A plain Retain would leave a copy behind at each failed attempt.
      expect(DeletionPolicy).not.toBe('Retain');
    }
  });

  test('gets deletion protection once it is complete', () => {
    expect(standing.terminationProtection).toBe(true);
    expect(disposableData.terminationProtection).toBe(false);
  });

  test('of a disposable deployment is never protected', () => {
    expect(disposable.findParameters('DeletionProtection')).toEqual({});
    for (const type of kept) disposable.allResources(type, { DeletionPolicy: 'Delete' });
  });
});

describe('an existing stack', () => {
  test.for([
    [undefined, 'absent'],
    ['REVIEW_IN_PROGRESS', 'absent'],
    ['CREATE_COMPLETE', 'updatable'],
    ['UPDATE_ROLLBACK_COMPLETE', 'updatable'],
    ['ROLLBACK_COMPLETE', 'failed'],
    ['ROLLBACK_FAILED', 'failed'],
  ] as const)('%s: %s', ([status, kind]) => {
    expect(standingOf('Shop-Data', status)).toEqual({ kind });
  });

  test.for([
    ['UPDATE_ROLLBACK_FAILED', 'continue-update-rollback --stack-name Shop-Data --profile shop'],
    ['UPDATE_FAILED', 'rollback-stack --stack-name Shop-Data'],
    ['CREATE_FAILED', 'rollback-stack --stack-name Shop-Data'],
    ['DELETE_FAILED', 'delete-stack --stack-name Shop-Data'],
    ['UPDATE_IN_PROGRESS', 'Wait until it ends'],
    ['DELETE_IN_PROGRESS', 'Wait until it ends'],
  ] as const)('%s needs a decision: %s', ([status, advice]) => {
    const standing = standingOf('Shop-Data', status, ' --profile shop');
    expect(standing).toMatchObject({ kind: 'blocked', advice: expect.stringContaining(advice) });
  });
});

/** Without the properties changed by `change`. */
const changed = (
  template: Deployed,
  type: string,
  change: (properties: Record<string, unknown>) => object,
): Deployed => ({
  ...template,
  Resources: Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) => [
      id,
      resource.Type === type
        ? { ...resource, Properties: { ...resource.Properties, ...change({ ...resource.Properties }) } }
        : resource,
    ]),
  ),
});

describe('a deployment over another', () => {
  const deployed = readTemplate(JSON.stringify(template)) ?? { Resources: {} };
  const found = (template: Deployed | undefined): SurveyedStack => ({
    name: 'Shop',
    stack: undefined,
    standing: { kind: 'updatable' },
    template,
  });
  const survey: Survey = {
    data: found(deployed),
    app: found(undefined),
    sftp: found(undefined),
    stored: {},
    note: undefined,
  };
  const plan = (next: Deployed, settings = {}) =>
    templatePlan(survey, { data: next, app: undefined }, parseSettings(settings));

  test('of the same replaces nothing', () => {
    expect(losses(deployed, deployed)).toEqual([]);
    expect(plan(deployed)).toEqual({ lines: [], refusals: [] });
  });

  test('that would replace the table is refused', () => {
    const KeySchema = [{ AttributeName: 'other', KeyType: 'HASH' }];
    const { refusals } = plan(changed(deployed, TABLE, () => ({ KeySchema })));
    expect(refusals).toEqual([expect.stringMatching(/GlobalTable .* would be replaced/)]);
  });

  test('that would replace or remove a bucket is refused, except a disposable one', () => {
    const renamed = changed(deployed, 'AWS::S3::Bucket', () => ({ BucketName: 'another' }));
    expect(plan(renamed).refusals).toHaveLength(2);
    const Resources = Object.fromEntries(
      Object.entries(deployed.Resources).filter(([, { Type }]) => !kept.includes(Type)),
    );
    expect(plan({ ...deployed, Resources }).refusals).toHaveLength(3);
    expect(plan(renamed, { protect: 'false' }).refusals).toEqual([]);
  });

  test('that replaces a queue names the loss', () => {
    const { lines } = plan(changed(deployed, 'AWS::SQS::Queue', () => ({ QueueName: 'another' })));
    expect(lines.join('\n')).toMatch(/replaced +AWS::SQS::Queue \S+ \(its messages or users are lost\)/);
  });

  test('that changes two indexes at once is refused, and one that changes one is not', () => {
    const reshaped = (count: number) =>
      changed(deployed, TABLE, ({ GlobalSecondaryIndexes: indexes }) => ({
        GlobalSecondaryIndexes: (indexes as object[]).slice(count),
      }));
    expect(indexProblems(deployed, reshaped(1))).toEqual([]);
    expect(indexProblems(deployed, reshaped(2))).toEqual([
      expect.stringContaining('one of these changes a deployment'),
    ]);
    const wider = changed(deployed, TABLE, ({ GlobalSecondaryIndexes: indexes }) => ({
      GlobalSecondaryIndexes: (indexes as object[]).map((index) => ({
        ...index,
        Projection: { ProjectionType: 'ALL' },
      })),
    }));
    expect(plan(wider).refusals.join()).toContain(
      'index gsi1 is removed, index gsi2 is removed, index gsi1 is created, index gsi2 is created',
    );
  });
});

describe('a question', () => {
  const answering = (answer: string, isTTY: boolean) => {
    const input = Object.assign(new PassThrough(), { isTTY });
    input.end(`${answer}\n`);
    return confirm('Deploy?', { input, output: new PassThrough() }, 'Add --yes.');
  };

  test.for([
    ['y', true],
    ['YES', true],
    ['', false],
    ['n', false],
    ['yesterday', false],
  ] as const)('answered by %o: %o', async ([answer, is]) => {
    await expect(answering(answer, true)).resolves.toBe(is);
  });

  test('is not asked without a terminal: the error says what to do', async () => {
    await expect(answering('y', false)).rejects.toThrow('Deploy? [y/N] There is no terminal to answer on. Add --yes.');
  });
});
