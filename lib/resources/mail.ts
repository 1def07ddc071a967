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
import type { DomainQueue } from './queues/domain-queue.ts';
import type { HostedResource } from './resource.ts';

interface SenderProps {
  /** Of an identity that SES has verified: the address, or its domain. */
  readonly from: string;
}

/** The address that mail goes out from, and what SES tells of mails that bounced or were complained of. */
class Sender extends Construct {
  readonly from: string;
  readonly configurationSet: string;
  readonly set: ConfigurationSet;
  /** All that sending needs a permission for. */
  readonly arns: string[];
  /** Any identity of the account, as cdk-nag names it. */
  readonly anyIdentity = 'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*';

  constructor(scope: Construct, id: string, { from }: SenderProps) {
    super(scope, id);
    // Bounces and complaints become suppressions in the table, which an opt-in lifts. The list that SES keeps for the whole
    // account knows of no opt-in: it would keep a confirmation mail from an address that bounced once, without a notice.
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

  /** Brings the notices of this sender's mails, and of no other's in the account, to a queue. */
  notify({ queue, exhausted }: DomainQueue): void {
    new Rule(this, 'Rule', {
      description: 'Mails that bounced or were complained of',
      eventPattern: {
        source: ['aws.ses'],
        detailType: ['Email Bounced', 'Email Complaint Received'],
        detail: { mail: { tags: { 'ses:configuration-set': [this.configurationSet] } } },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: exhausted })],
    });
  }
}

/** There is one where an address to send from is set. */
export const mail: HostedResource<'mail', Sender | undefined> = {
  client: 'platform/mail/ses.ts',
  construct: (stack, { settings, domains, of }) => {
    if (settings.mailFrom === undefined) return undefined;
    const sender = new Sender(stack, 'Mail', { from: settings.mailFrom });
    for (const { key, triggers } of domains.flatMap(messageQueuesOf)) {
      const target = of(queue).messages.get(key);
      if (target && triggers.some(({ on }) => on === 'mailNotice')) sender.notify(target);
    }
    return sender;
  },
  environment: (sender, { uses }) => ({
    ...(sender && uses.length > 0 && { MAIL_FROM: sender.from }),
    ...(sender && uses.includes('mail') && { MAIL_CONFIGURATION_SET: sender.configurationSet }),
  }),
  grant: (sender, use) => (sender && use === 'mail' ? [sending(sender)] : []),
  stars: (sender, { uses }) => ({
    names: sender && uses.includes('mail') ? [sender.anyIdentity] : [],
    reason: 'A condition names the address that mail goes out from.',
  }),
  unbound: (sender) => (sender ? [sender.set] : []),
};

/**
 * While SES keeps an account in its sandbox it asks about the recipient's identity as well, so that the sender's alone is
 * not enough for a first try. What binds is the address that mail goes out from.
 */
const sending = ({ arns, from }: Sender): PolicyStatement =>
  new PolicyStatement({
    effect: Effect.ALLOW,
    actions: ['ses:SendEmail'],
    resources: arns,
    conditions: { StringEquals: { 'ses:FromAddress': from } },
  });
