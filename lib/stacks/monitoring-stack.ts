import { NestedStack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { Alarms } from '../constructs/observability/alarms.ts';
import { DeploymentDashboard } from '../constructs/observability/dashboard.ts';
import type { MonitoredResources } from '../constructs/observability/monitored-resources.ts';

export interface MonitoringStackProps {
  readonly monitored: MonitoredResources;
  /** Gets the alarms. */
  readonly topic: Topic | undefined;
}

/**
 * The alarms and the dashboard, a fifth of all resources: CloudFormation allows 500 a stack. As a nested stack it is
 * deployed, rolled back and deleted with the app stack.
 */
export class MonitoringStack extends NestedStack {
  readonly alarms: ReadonlyMap<string, Alarm>;

  constructor(scope: Construct, id: string, { monitored, topic }: MonitoringStackProps) {
    super(scope, id, { description: 'Alarms and dashboard' });
    this.alarms = new Alarms(this, 'Alarms', { monitored, topic }).byName;
    new DeploymentDashboard(this, 'Board', { monitored, alarms: [...this.alarms.values()] });
  }
}
