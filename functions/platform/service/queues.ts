import { CHANGES_QUEUE, type ChangeTrigger, consumerName, GATHER_SECONDS, URGENT_SECONDS } from '../changes/trigger.ts';
import { type ChangeConsumer, changeKinds } from '../resources/change-consumer.ts';
import type { QueueTrigger, Trigger } from '../workers/trigger.ts';

/** A queue of a service, with the function that consumes it. */
export interface QueueDeclaration {
  /** The name by which triggers refer to it. */
  readonly name: string;
  /** Delivers in order within each group. For ordered changes only. @default false */
  readonly isFifo?: boolean;
  /** The function's timeout. @default - for messages the setting of the deployment, for changes two minutes */
  readonly timeoutSeconds?: number;
  /** @default - for messages one whole vCPU, for changes 1 GB */
  readonly memoryMb?: number;
  /** The function's concurrency. @default - the setting of the deployment, which is also the maximum */
  readonly concurrency?: number;
}

/** Settings of the queue that exists if a trigger names none. */
export interface FirstQueue extends Pick<QueueDeclaration, 'memoryMb'> {
  /**
   * How many messages one function handles at the same time, at most ten. For those that mostly wait for others.
   * @default 1
   */
  readonly messagesAtOnce?: number;
}

type QueueOwner = {
  readonly name: string;
  readonly triggers: readonly Trigger[];
  readonly queues?: readonly QueueDeclaration[];
  readonly firstQueue?: FirstQueue;
};

interface ServiceQueue<Of> extends Omit<QueueDeclaration, 'name'> {
  /** Names the queue, its functions and alarms: `consent`, `consent-mail`. */
  readonly key: string;
  /** Absent for the service's first queue. */
  readonly name?: string;
  readonly triggers: readonly Of[];
}
export type MessageQueue = ServiceQueue<QueueTrigger> & FirstQueue;
export type ChangeQueue = ServiceQueue<ChangeTrigger>;

/** The queues for a service's uploads, notices and messages. */
export const messageQueuesOf = ({
  name: service,
  triggers,
  queues = [],
  firstQueue = {},
}: QueueOwner): MessageQueue[] => {
  const messageTriggers = triggers.filter((trigger) => trigger.on !== 'change');
  return [...Map.groupBy(messageTriggers, ({ queue }) => queue)].map(([name, queueTriggers]) => {
    if (name === undefined) return { ...firstQueue, key: service, triggers: queueTriggers };
    const declared = requireDeclaration(name, { service, queues });
    if (declared.isFifo) throw new Error(`The queue ${name} of ${service} is FIFO, which only queues of changes are.`);
    return { ...declared, key: `${service}-${name}`, triggers: queueTriggers };
  });
};

/** The queues for a service's changes, one for each trigger. */
export const changeQueuesOf = ({ name: service, triggers, queues = [] }: QueueOwner): ChangeQueue[] => {
  const changeTriggers = triggers.filter((trigger) => trigger.on === 'change');
  const changeQueues = changeTriggers.map((trigger): ChangeQueue => {
    const { queue: name = CHANGES_QUEUE, orderedBy } = trigger;
    const declared =
      trigger.queue === undefined ? findDeclaration(name, queues) : requireDeclaration(name, { service, queues });
    if ((orderedBy !== undefined) !== (declared?.isFifo ?? false))
      throw new Error(`The queue ${name} of ${service} has to be FIFO if and only if its changes are ordered.`);
    return { ...declared, name, key: consumerName(service, trigger), triggers: [trigger] };
  });
  if (new Set(changeQueues.map(({ key }) => key)).size < changeQueues.length)
    throw new Error(`Each change trigger of ${service} needs a queue of its own.`);
  return changeQueues;
};

/** How long the stream reader gathers changes: the smallest value of the deployment and of all consumers. */
export const streamGatherSeconds = (services: readonly QueueOwner[], withinSeconds = GATHER_SECONDS): number =>
  Math.min(withinSeconds, ...services.flatMap(changeQueuesOf).flatMap(({ triggers }) => triggers.map(gatherSecondsOf)));

export const gatherSecondsOf = ({ gatherSeconds = GATHER_SECONDS }: ChangeTrigger): number => gatherSeconds;

/** The consumers' settings for the stream reader, without the URLs of their queues. */
export const consumersOf = (services: readonly QueueOwner[]): Omit<ChangeConsumer, 'url'>[] =>
  services.flatMap(changeQueuesOf).flatMap(({ key: name, triggers }) =>
    triggers.map(({ kinds = changeKinds, sortKeyPrefixes, types, images, attributes, orderedBy, lanes }) => ({
      name,
      kinds: [...kinds],
      ...(sortKeyPrefixes && { sortKeyPrefixes: [...sortKeyPrefixes] }),
      ...(types && { types: [...types] }),
      images,
      ...(attributes && { attributes: [...attributes] }),
      isOrdered: orderedBy !== undefined,
      ...(lanes !== undefined && { lanes }),
    })),
  );

/** A source of the stream's reader: the changes that it reads, and how long it gathers them. */
export interface StreamSource {
  readonly seconds: number;
  readonly consumers: readonly Omit<ChangeConsumer, 'url'>[];
}

/**
 * Where the reader gets changes from: one source, or two if some types are urgent. Each type comes from one of them. A
 * shard of the stream has no more than two readers.
 */
export const streamSourcesOf = (
  services: readonly QueueOwner[],
  withinSeconds?: number,
): { readonly gathered: StreamSource; readonly urgent: StreamSource | undefined } => {
  const consumers = consumersOf(services);
  const seconds = streamGatherSeconds(services, withinSeconds);
  const triggers = services.flatMap(changeQueuesOf).flatMap((queue) => queue.triggers);
  const urgentTypes = new Set(triggers.flatMap((trigger) => trigger.urgentTypes ?? []));
  if (urgentTypes.size === 0 || seconds <= URGENT_SECONDS)
    return { gathered: { seconds, consumers }, urgent: undefined };
  const consumersOfTypes = (isIncluded: (type: string) => boolean) =>
    consumers.flatMap(({ types, ...consumer }) => {
      if (!types) throw new Error(`${consumer.name} has to declare its types, because some are urgent.`);
      const some = types.filter(isIncluded);
      return some.length > 0 ? [{ ...consumer, types: some }] : [];
    });
  return {
    gathered: { seconds, consumers: consumersOfTypes((type) => !urgentTypes.has(type)) },
    urgent: { seconds: URGENT_SECONDS, consumers: consumersOfTypes((type) => urgentTypes.has(type)) },
  };
};

const findDeclaration = (name: string, queues: readonly QueueDeclaration[]): QueueDeclaration | undefined =>
  queues.find((one) => one.name === name);

const requireDeclaration = (
  name: string,
  { service, queues }: { readonly service: string; readonly queues: readonly QueueDeclaration[] },
): QueueDeclaration => {
  const declaration = findDeclaration(name, queues);
  if (!declaration) throw new Error(`${service} has a trigger on the queue ${name}, which it does not declare.`);
  return declaration;
};
