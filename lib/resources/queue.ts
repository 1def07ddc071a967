import { Duration } from 'aws-cdk-lib';
import { type Domain, hasQueue } from '../../functions/platform/service/service.ts';
import { allow } from './allow.ts';
import { DomainQueue } from './domain-queue.ts';
import type { HostedResource } from './resource.ts';

/** By the name of the domain; there is one where there are triggers that need one. */
export type Queues = ReadonlyMap<string, DomainQueue>;

export const queue: HostedResource<'queue', Queues> = {
  construct: (stack, { settings, domains }) => {
    const workerTimeout = Duration.seconds(settings.workerTimeoutSeconds);
    return new Map(
      domains.filter(hasQueue).map(({ name }) => [name, new DomainQueue(stack, `${name}-queue`, { workerTimeout })]),
    );
  },
  environment: (queues, { domain }) => ({ QUEUE_URL: queueOf(domain, queues).queue.queueUrl }),
  grant: (queues, _, domain) => [
    allow({ actions: ['sqs:SendMessage'], resources: [queueOf(domain, queues).queue.queueArn] }),
  ],
  unbound: (queues) =>
    [...queues.values()].flatMap(({ queue: own, exhausted, deadLetters }) => [own, exhausted, deadLetters]),
};

export const queueOf = ({ name }: Domain, queues: Queues): DomainQueue => {
  const found = queues.get(name);
  if (!found) throw new Error(`${name} uses its queue, and has none without triggers.`);
  return found;
};
