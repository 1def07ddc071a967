import { Duration, Stack } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { changeQueuesOf, messageQueuesOf } from '../../functions/platform/service/queues.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { allow } from './allow.ts';
import { CHANGE_TIMEOUT, ChangeQueue } from './queues/change-queue.ts';
import { ServiceQueue } from './queues/service-queue.ts';
import type { HostedResource } from './resource.ts';

/** The queues by key: the name of the service, followed by the queue's own name if it has one. */
export interface Queues {
  readonly messages: ReadonlyMap<string, ServiceQueue>;
  /** Only the reader of the table's stream sends to them. */
  readonly changes: ReadonlyMap<string, ChangeQueue>;
}

export const queue: HostedResource<'queue', Queues> = {
  construct: (stack, { settings, services }) => ({
    messages: new Map(
      services
        .flatMap(messageQueuesOf)
        .map(({ key, timeoutSeconds = settings.workerTimeoutSeconds }) => [
          key,
          new ServiceQueue(stack, `${key}-queue`, { workerTimeout: Duration.seconds(timeoutSeconds) }),
        ]),
    ),
    changes: new Map(
      services.flatMap(changeQueuesOf).map(({ key, isFifo = false, timeoutSeconds }) => {
        const workerTimeout = timeoutSeconds === undefined ? CHANGE_TIMEOUT : Duration.seconds(timeoutSeconds);
        return [key, new ChangeQueue(stack, `${key}-queue`, { workerTimeout, isFifo })];
      }),
    ),
  }),
  environment: (queues, { service, uses }) => {
    if (uses.length === 0) return {};
    const own = ownQueuesOf(service, queues);
    const first = own.find(({ name }) => name === undefined);
    const [named, ...others] = own.filter(({ name }) => name !== undefined);
    const urls = (all: readonly OwnQueue[]) => Object.fromEntries(all.map(({ name, queue }) => [name, queue.queueUrl]));
    return {
      ...(first && { QUEUE_URL: first.queue.queueUrl }),
      ...(named && { QUEUE_URLS: Stack.of(named.queue).toJsonString(urls([named, ...others])) }),
    };
  },
  grant: (queues, _, service) => {
    const resources = ownQueuesOf(service, queues).map(({ queue }) => queue.queueArn);
    if (resources.length === 0)
      throw new Error(`${service.name} uses its queue but has none. Declare a trigger that has one.`);
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

const ownQueuesOf = (service: ServiceDeclaration, { messages }: Queues): OwnQueue[] =>
  messageQueuesOf(service).flatMap(({ key, name }) => {
    const domainQueue = messages.get(key);
    return domainQueue ? [{ name, queue: domainQueue.queue }] : [];
  });

/** The queue that schedules send to. */
export const firstQueueOf = ({ name }: ServiceDeclaration, { messages }: Queues): ServiceQueue => {
  const domainQueue = messages.get(name);
  if (!domainQueue) throw new Error(`${name} uses its queue but has none. Declare a trigger that has one.`);
  return domainQueue;
};
