import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { allServices } from '../../../functions/services.ts';
import { synthesize } from '../../support/templates.ts';

const templateOf = (context: Readonly<Record<string, string>> = {}) => Template.fromStack(synthesize(context).service);
const withCanary = templateOf({ canary: 'true' });
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
  const alarms = withCanary.findResources('AWS::CloudWatch::Alarm');
  expect(groups).toHaveLength(count);
  for (const { Properties } of groups) {
    expect(Properties.DeploymentConfigName).toBe('CodeDeployDefault.LambdaCanary10Percent5Minutes');
    expect(Properties.AutoRollbackConfiguration).toMatchObject({
      Enabled: true,
      Events: expect.arrayContaining(['DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_FAILURE']),
    });
    const watched = Properties.AlarmConfiguration.Alarms.map(({ Name }: { Name: { Ref: string } }) => Name.Ref);
    expect(watched.map((id: string) => alarms[id]?.Properties.MetricName)).toEqual(['Errors']);
  }
});

test('creates nothing of this, at no cost, without the setting', () => {
  const types = Object.values<{ readonly Type: string }>(templateOf().toJSON().Resources).map(({ Type }) => Type);
  expect(types.filter((type) => /CodeDeploy|Lambda::(Alias|Version)/.test(type))).toEqual([]);
});
