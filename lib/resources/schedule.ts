import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { allUsesOf } from '../../functions/platform/service/service.ts';
import { allow } from './allow.ts';
import { firstQueueOf, type Queues, queue } from './queue.ts';
import type { ServiceQueue } from './queues/service-queue.ts';
import type { HostedResource } from './resource.ts';

interface SchedulesProps {
  /** The name of the deployment, which has one group. */
  readonly name: string;
  /** The queues that schedules may send to. */
  readonly queues: readonly ServiceQueue[];
}

/**
 * One-time schedules of EventBridge Scheduler, for delays that SQS does not support. Their group is in the data stack,
 * since its deletion deletes all pending schedules.
 */
class Schedules extends Construct {
  readonly group: string;
  /** The ARN pattern of the schedules that functions may create. */
  readonly arns: string;
  /** The role that Scheduler sends with. */
  readonly role: Role;

  constructor(scope: Construct, id: string, { name, queues }: SchedulesProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'scheduler', resource, resourceName });
    new CfnScheduleGroup(this, 'Group', { name });
    this.group = name;
    this.arns = arn('schedule', `${name}/*`);
    this.role = new Role(this, 'Role', {
      // Only for schedules of this group. AWS accepts the ARN of a group here, not of a single schedule.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnEquals: { 'aws:SourceArn': arn('schedule-group', name) },
        },
      }),
    });
    const resources = queues.flatMap(({ queue, exhausted }) => [queue.queueArn, exhausted.queueArn]);
    if (resources.length > 0) this.role.addToPolicy(allow({ actions: ['sqs:SendMessage'], resources }));
  }
}

export const schedule: HostedResource<'schedule', { readonly schedules: Schedules; readonly queues: Queues }> = {
  client: 'platform/schedule/scheduler.ts',
  construct: (stack, { settings, services, of }) => {
    const queues = of(queue);
    const used = services
      .filter((service) => allUsesOf(service).includes('schedule'))
      .flatMap(({ name }) => queues.messages.get(name) ?? []);
    return { schedules: new Schedules(stack, 'Schedules', { name: settings.name, queues: used }), queues };
  },
  environment: ({ schedules, queues }, { service }) => {
    const { queue: own, exhausted } = firstQueueOf(service, queues);
    return {
      SCHEDULE_GROUP: schedules.group,
      SCHEDULE_ROLE_ARN: schedules.role.roleArn,
      SCHEDULE_QUEUE_ARN: own.queueArn,
      SCHEDULE_DEAD_LETTER_ARN: exhausted.queueArn,
    };
  },
  grant: ({ schedules }) => [
    allow({ actions: ['scheduler:CreateSchedule'], resources: [schedules.arns] }),
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: ['iam:PassRole'],
      resources: [schedules.role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    }),
  ],
  wildcards: ({ schedules }) => ({
    names: [`arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/${schedules.group}/*`],
    reason: 'The wildcard covers the schedules of one group.',
  }),
};
