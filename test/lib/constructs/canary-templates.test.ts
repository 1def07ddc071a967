import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { allServices } from '../../../functions/services.ts';
import { synthesize } from '../../support/templates.ts';

const stackOf = (context: Readonly<Record<string, string>> = {}) => synthesize(context).service;
const stack = stackOf({ canary: 'true' });
const withCanary = Template.fromStack(stack);
const monitoring = Template.fromStack(stack.monitoring);
const count = allServices.filter(({ routes }) => Object.keys(routes).length > 0).length;

test('invokes every function with requests by its alias, which a canary moves', () => {
  const aliases = withCanary.findResources('AWS::Lambda::Alias');
  expect(Object.keys(aliases)).toHaveLength(count);
  for (const { UpdatePolicy } of Object.values(aliases))
    expect(UpdatePolicy).toMatchObject({ CodeDeployLambdaAliasUpdate: { DeploymentGroupName: expect.anything() } });
  const integrations = Object.values(withCanary.findResources('AWS::ApiGatewayV2::Integration'));
  expect(integrations.map(({ Properties }) => Properties.IntegrationUri.Ref).toSorted()).toEqual(
    Object.keys(aliases).toSorted(),
  );
});

test('rolls back to the previous version by an alarm on the errors of the function', () => {
  const groups = Object.values(withCanary.findResources('AWS::CodeDeploy::DeploymentGroup'));
  const alarms = monitoring.findResources('AWS::CloudWatch::Alarm');
  const outputs = monitoring.findOutputs('*');
  const alarmOf = ({ Name }: { Name: { 'Fn::GetAtt': [string, string] } }) =>
    outputs[Name['Fn::GetAtt'][1].replace('Outputs.', '')]?.Value.Ref;
  expect(groups).toHaveLength(count);
  for (const { Properties } of groups) {
    expect(Properties.DeploymentConfigName).toBe('CodeDeployDefault.LambdaCanary10Percent5Minutes');
    expect(Properties.AutoRollbackConfiguration).toMatchObject({
      Enabled: true,
      Events: expect.arrayContaining(['DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_FAILURE']),
    });
    const watched = Properties.AlarmConfiguration.Alarms.map(alarmOf);
    expect(watched.map((id: string) => alarms[id]?.Properties.MetricName)).toEqual(['Errors']);
  }
});

test('creates nothing of this, at no cost, without the setting', () => {
  const types = Object.values<{ readonly Type: string }>(Template.fromStack(stackOf()).toJSON().Resources).map(
    ({ Type }) => Type,
  );
  expect(types.filter((type) => /CodeDeploy|Lambda::(Alias|Version)/.test(type))).toEqual([]);
});
