import { Duration, Stack } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { changeQueuesOf, messageQueuesOf } from '../../functions/platform/service/queues.ts';
import type { Domain } from '../../functions/platform/service/service.ts';
import { allow } from './allow.ts';
import { CHANGE_TIMEOUT, ChangeQueue } from './queues/change-queue.ts';
import { DomainQueue } from './queues/domain-queue.ts';
import type { HostedResource } from './resource.ts';

/** By their keys: the name of the domain, and of further ones their own behind it. */
export interface Queues {
  readonly messages: ReadonlyMap<string, DomainQueue>;
  /** They are sent to by the reader of the table's stream alone. */
  readonly changes: ReadonlyMap<string, ChangeQueue>;
}

export const queue: HostedResource<'queue', Queues> = {
  construct: (stack, { settings, domains }) => ({
    messages: new Map(
      domains
        .flatMap(messageQueuesOf)
        .map(({ key, timeoutSeconds = settings.workerTimeoutSeconds }) => [
          key,
          new DomainQueue(stack, `${key}-queue`, { workerTimeout: Duration.seconds(timeoutSeconds) }),
        ]),
    ),
    changes: new Map(
      domains.flatMap(changeQueuesOf).map(({ key, isFifo = false, timeoutSeconds }) => {
        const workerTimeout = timeoutSeconds === undefined ? CHANGE_TIMEOUT : Duration.seconds(timeoutSeconds);
        return [key, new ChangeQueue(stack, `${key}-queue`, { workerTimeout, isFifo })];
      }),
    ),
  }),
  environment: (queues, { domain, uses }) => {
    if (uses.length === 0) return {};
    const own = ownQueuesOf(domain, queues);
    const first = own.find(({ name }) => name === undefined);
    const [further, ...others] = own.filter(({ name }) => name !== undefined);
    const urls = (all: readonly OwnQueue[]) => Object.fromEntries(all.map(({ name, queue }) => [name, queue.queueUrl]));
    return {
      ...(first && { QUEUE_URL: first.queue.queueUrl }),
      ...(further && { QUEUE_URLS: Stack.of(further.queue).toJsonString(urls([further, ...others])) }),
    };
  },
  grant: (queues, _, domain) => {
    const resources = ownQueuesOf(domain, queues).map(({ queue }) => queue.queueArn);
    if (resources.length === 0) throw new Error(`${domain.name} uses its queue, and has none without triggers.`);
    return [allow({ actions: ['sqs:SendMessage'], resources })];
  },
  unbound: ({ messages, changes }) => [
    ...[...messages.values()].flatMap(({ queue: own, exhausted, deadLetters }) => [own, exhausted, deadLetters]),
    ...[...changes.values()].flatMap(({ queue: own, deadLetters }) => [own, deadLetters]),
  ],
};

interface OwnQueue {
  /** Absent for the first one. */
  readonly name?: string | undefined;
  readonly queue: Queue;
}

const ownQueuesOf = (domain: Domain, { messages }: Queues): OwnQueue[] =>
  messageQueuesOf(domain).flatMap(({ key, name }) => {
    const found = messages.get(key);
    return found ? [{ name, queue: found.queue }] : [];
  });

/** That which schedules send to. */
export const firstQueueOf = ({ name }: Domain, { messages }: Queues): DomainQueue => {
  const found = messages.get(name);
  if (!found) throw new Error(`${name} uses its queue, and has none without triggers.`);
  return found;
};
