import { Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import {
  ConfigurationSet,
  ConfigurationSetEventDestination,
  EmailSendingEvent,
  EventDestination,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { DomainQueue } from './domain-queue.ts';

export interface SenderProps {
  /** Of an identity that SES has verified: the address, or its domain. */
  readonly from: string;
}

/** The address that mail goes out from, and what SES tells of mails that bounced or were complained of. */
export class Sender extends Construct {
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
    // account knows of no opt-in: it would keep a confirmation mail from whoever bounced once, without a notice.
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
