import { Validations } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import type { Alias, IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface CanaryProps {
  readonly alias: Alias;
  /** Ends the rollout and sends every request back to the version before. */
  readonly errors: Alarm;
}

/** What API Gateway calls where new versions are rolled out step by step. */
export const liveAlias = (handler: LambdaFunction): Alias => handler.addAlias('live');

/** CDK's own types are not exact about absent members: an alias is a function that may have no role. */
export const callable = (alias: Alias): IFunction => alias as IFunction;

/**
 * Gives a new version a tenth of the requests for five minutes and then all of them, unless the function's error alarm
 * goes off. Versions, aliases and CodeDeploy's work on Lambda cost nothing.
 */
export class Canary extends Construct {
  constructor(scope: Construct, id: string, { alias, errors }: CanaryProps) {
    super(scope, id);
    const group = new LambdaDeploymentGroup(this, 'Group', {
      alias,
      alarms: [errors],
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
    });
    Validations.of(group).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
      reason: 'AWS keeps this policy for exactly this: to shift the traffic of an alias and to read its alarms.',
    });
  }
}
