import { Duration, Stack } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { changeQueuesOf, messageQueuesOf } from '../../functions/platform/service/queues.ts';
import type { Domain } from '../../functions/platform/service/service.ts';
import { allow } from './allow.ts';
import { CHANGE_TIMEOUT, ChangeQueue } from './queues/change-queue.ts';
import { DomainQueue } from './queues/domain-queue.ts';
import type { HostedResource } from './resource.ts';

/** The queues by key: the name of the domain, followed by the queue's own name if it has one. */
export interface Queues {
  readonly messages: ReadonlyMap<string, DomainQueue>;
  /** Only the reader of the table's stream sends to them. */
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
    const [named, ...others] = own.filter(({ name }) => name !== undefined);
    const urls = (all: readonly OwnQueue[]) => Object.fromEntries(all.map(({ name, queue }) => [name, queue.queueUrl]));
    return {
      ...(first && { QUEUE_URL: first.queue.queueUrl }),
      ...(named && { QUEUE_URLS: Stack.of(named.queue).toJsonString(urls([named, ...others])) }),
    };
  },
  grant: (queues, _, domain) => {
    const resources = ownQueuesOf(domain, queues).map(({ queue }) => queue.queueArn);
    if (resources.length === 0)
      throw new Error(`${domain.name} uses its queue but has none. Declare a trigger that has one.`);
    return [allow({ actions: ['sqs:SendMessage'], resources })];
  },
  removable: ({ messages, changes }) => [
    ...[...messages.values()].flatMap(({ queue: own, exhausted, deadLetters }) => [own, exhausted, deadLetters]),
    ...[...changes.values()].flatMap(({ queue: own, deadLetters }) => [own, deadLetters]),
  ],
};

interface OwnQueue {
  /** Undefined for the first queue. */
  readonly name?: string | undefined;
  readonly queue: Queue;
}

const ownQueuesOf = (domain: Domain, { messages }: Queues): OwnQueue[] =>
  messageQueuesOf(domain).flatMap(({ key, name }) => {
    const domainQueue = messages.get(key);
    return domainQueue ? [{ name, queue: domainQueue.queue }] : [];
  });

/** The queue that schedules send to. */
export const firstQueueOf = ({ name }: Domain, { messages }: Queues): DomainQueue => {
  const domainQueue = messages.get(name);
  if (!domainQueue) throw new Error(`${name} uses its queue but has none. Declare a trigger that has one.`);
  return domainQueue;
};
