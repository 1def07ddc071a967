import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { synthesize } from '../../support/templates.ts';

const { data, service } = synthesize();
const [kept, running] = [data, service].map((stack) => Template.fromStack(stack));
if (!kept || !running) throw new Error('There are two stacks.');

test('schedules are in a group of the deployment, which is deleted with the data', () => {
  kept.hasResourceProperties('AWS::Scheduler::ScheduleGroup', { Name: 'Tributary' });
});

test('Scheduler sends only for schedules of that group, and only to queues that use it', () => {
  const roles = kept.findResources('AWS::IAM::Role', {
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnEquals: { 'aws:SourceArn': { 'Fn::Join': ['', Match.arrayWith([':schedule-group/Tributary'])] } },
            },
          }),
        ],
      },
    },
  });
  expect(Object.keys(roles)).toHaveLength(1);
  const policies = Object.values(kept.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
    Properties.Roles.some(({ Ref }: { Ref: string }) => Ref in roles),
  );
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  expect(statements).toHaveLength(1);
  expect(statements[0].Action).toBe('sqs:SendMessage');
  const queues = statements[0].Resource.map((arn: { 'Fn::GetAtt': string[] }) => arn['Fn::GetAtt'][0]);
  expect(queues).toHaveLength(8);
  for (const name of queues) expect(name).toMatch(/^(catalog|feeds|imports|privacy)queue(Queue|Exhausted)/);
});

test('functions with schedules may create them in that group, and pass their role to Scheduler only', () => {
  const policies = Object.entries(running.findResources('AWS::IAM::Policy'));
  const withSchedules = policies.filter(([, policy]) => JSON.stringify(policy).includes('scheduler:'));
  expect(withSchedules.map(([name]) => name.replace(/(Function|Role).*/, '')).toSorted()).toEqual([
    'catalogchanges',
    'catalogqueue',
    'feedshttp',
    'feedsqueue',
    'importsexhausted',
    'importshttp',
    'importsqueue',
    'privacyexhausted',
    'privacyqueue',
  ]);
  for (const [, { Properties }] of withSchedules) {
    const statements = Properties.PolicyDocument.Statement;
    const of = (action: string) => statements.filter(({ Action }: { Action: string }) => Action === action);
    expect(of('scheduler:CreateSchedule')).toMatchObject([
      { Resource: { 'Fn::Join': ['', expect.arrayContaining([':schedule/Tributary/*'])] } },
    ]);
    expect(of('iam:PassRole')).toMatchObject([
      { Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } } },
    ]);
    expect(JSON.stringify(of('iam:PassRole'))).not.toContain('"*"');
  }
});
