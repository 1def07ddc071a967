import { Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  ConfigurationSet,
  ConfigurationSetEventDestination,
  EmailSendingEvent,
  EventDestination,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { messageQueuesOf } from '../../functions/platform/service/queues.ts';
import { queue } from './queue.ts';
import type { ServiceQueue } from './queues/service-queue.ts';
import type { HostedResource } from './resource.ts';

interface SenderProps {
  /** A sender that SES has verified, or whose domain it has. */
  readonly from: string;
}

/** The sender of mail, and the events of SES about bounces and complaints. */
class Sender extends Construct {
  readonly from: string;
  readonly configurationSet: string;
  readonly set: ConfigurationSet;
  /** The resources that sending needs permissions on. */
  readonly arns: string[];
  /** Any identity of the account, as cdk-nag names it. */
  readonly anyIdentity = 'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*';

  constructor(scope: Construct, id: string, { from }: SenderProps) {
    super(scope, id);
    // The table stores bounces and complaints as suppressions, which an opt-in lifts. SES's list for the whole account
    // ignores opt-ins: it would silently drop a confirmation mail to an address that has bounced.
    const set = new ConfigurationSet(this, 'Mails', { disableSuppressionList: true });
    new ConfigurationSetEventDestination(this, 'Notices', {
      configurationSet: set,
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'Bus', 'default')),
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT],
    });
    this.set = set;
    this.from = from;
    this.configurationSet = set.configurationSetName;
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
    // The address may be verified, or its domain.
    this.arns = [arn('identity', '*'), arn('configuration-set', this.configurationSet)];
  }

  /** Sends the events about this sender's mails, and only these, to a queue. */
  sendEventsTo({ queue, exhausted }: ServiceQueue): void {
    new Rule(this, 'Rule', {
      description: 'Bounces and complaints',
      eventPattern: {
        source: ['aws.ses'],
        detailType: ['Email Bounced', 'Email Complaint Received'],
        detail: { mail: { tags: { 'ses:configuration-set': [this.configurationSet] } } },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: exhausted })],
    });
  }
}

/** The sender, if the setting `mailFrom` is set. */
export const mail: HostedResource<'mail', Sender | undefined> = {
  client: 'platform/mail/ses.ts',
  construct: (stack, { settings, services, of }) => {
    if (settings.mailFrom === undefined) return undefined;
    const sender = new Sender(stack, 'Mail', { from: settings.mailFrom });
    for (const { key, triggers } of services.flatMap(messageQueuesOf)) {
      const target = of(queue).messages.get(key);
      if (target && triggers.some(({ on }) => on === 'mailNotice')) sender.sendEventsTo(target);
    }
    return sender;
  },
  environment: (sender, { uses }) => ({
    ...(sender && uses.length > 0 && { MAIL_FROM: sender.from }),
    ...(sender && uses.includes('mail') && { MAIL_CONFIGURATION_SET: sender.configurationSet }),
  }),
  grant: (sender, use) => (sender && use === 'mail' ? [sending(sender)] : []),
  wildcards: (sender, { uses }) => ({
    names: sender && uses.includes('mail') ? [sender.anyIdentity] : [],
    reason: 'A condition limits it to the sender.',
  }),
  removable: (sender) => (sender ? [sender.set] : []),
};

/**
 * Allows sending, limited by a condition on the sender. In the sandbox, SES also checks the permission on the
 * recipient's identity, so the sender's identity alone is not enough.
 */
const sending = ({ arns, from }: Sender): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.ALLOW,
    actions: ['ses:SendEmail'],
    resources: arns,
    conditions: { StringEquals: { 'ses:FromAddress': from } },
  });
