import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, inject, vi } from 'vitest';
import { type Attributes, openRawQueue } from '../../../functions/platform/queues/queue.ts';
import { clientConfig } from '../../../lib/process/environment.ts';

const openClient = () => new SQSClient(clientConfig(inject('stack').awsEndpoint));

/** `ImportsQueueUrl`, `ImportsDeadLettersUrl`. */
const outputOf = async (name: string): Promise<string> => {
  const client = new CloudFormationClient(clientConfig(inject('stack').awsEndpoint));
  const described = await client.send(new DescribeStacksCommand({ StackName: 'Tributary-Data' }));
  const output = described.Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name);
  if (output?.OutputValue === undefined) throw new Error(`The stack has no output ${name}.`);
  return output.OutputValue;
};

/** Where SQS puts what a domain's worker failed at five times. */
const exhaustedUrl = async (domain: string): Promise<string> => {
  const QueueUrl = await outputOf(`${domain}QueueUrl`);
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] });
  const { Attributes } = await openClient().send(asked);
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(Attributes?.RedrivePolicy ?? '{}');
  expect(Number(maxReceiveCount)).toBe(5);
  return QueueUrl.replace(/[^/]+$/, String(deadLetterTargetArn).split(':').at(-1) ?? '');
};

/** Puts a message where those lie that were given up. `domain` as its outputs begin, such as `Imports`. */
export const giveUp = async (domain: string, body: string, attributes: Attributes = {}): Promise<void> => {
  const queue = openRawQueue(await exhaustedUrl(domain), clientConfig(inject('stack').awsEndpoint));
  await queue.sendRaw(body, { attributes });
};

/** Waits for the message that lies for people, and takes it away. */
export const deadLetterOf = async (domain: string, part: string): Promise<Message> => {
  const client = openClient();
  const QueueUrl = await outputOf(`${domain}DeadLettersUrl`);
  const letter = await vi.waitUntil(
    async () => {
      const asked = { QueueUrl, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10, VisibilityTimeout: 1 };
      const { Messages = [] } = await client.send(new ReceiveMessageCommand(asked));
      return Messages.find(({ Body = '' }) => Body.includes(part));
    },
    { timeout: 60_000, interval: 500 },
  );
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: letter.ReceiptHandle }));
  return letter;
};

/** Removes all messages that wait for people. */
export const removeDeadLetters = async (domain: string): Promise<void> => {
  await openClient().send(new PurgeQueueCommand({ QueueUrl: await outputOf(`${domain}DeadLettersUrl`) }));
};

/** Until a domain's function has taken all that was given up. */
export const exhaustedIsEmpty = async (domain: string): Promise<void> => {
  const QueueUrl = await exhaustedUrl(domain);
  const counts = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...counts] });
  const left = async () => Object.values((await openClient().send(asked)).Attributes ?? {});
  await expect.poll(left, { timeout: 60_000, interval: 500 }).toEqual(['0', '0']);
};
