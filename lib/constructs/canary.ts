import { Validations } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import type { Alias, IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface CanaryProps {
  readonly alias: Alias;
  /** The alarm that ends the rollout and sends all requests back to the version before. */
  readonly errors: Alarm;
}

/** The alias that API Gateway calls when new versions are rolled out gradually. */
export const liveAlias = (handler: LambdaFunction): Alias => handler.addAlias('live');

/** CDK's types do not allow `undefined` for absent members, which an alias has for its role. */
export const callable = (alias: Alias): IFunction => alias as IFunction;

/**
 * Sends a tenth of the requests to a new version for five minutes and then all of them, unless the function's error
 * alarm goes off. Versions, aliases and CodeDeploy for Lambda are free.
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
      reason: 'AWS maintains this policy for shifting the traffic of an alias and reading its alarms.',
    });
  }
}
