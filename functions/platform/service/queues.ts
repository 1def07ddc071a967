import { CHANGES_QUEUE, type ChangeTrigger, consumerName, GATHER_SECONDS } from '../changes/trigger.ts';
import { type ChangeConsumer, changeKinds } from '../resources/change-consumer.ts';
import type { QueueTrigger, Trigger } from '../workers/trigger.ts';

/** A queue of a domain's, with the function that works through it. */
export interface QueueDeclaration {
  /** As triggers name it. */
  readonly name: string;
  /** In order, group by group: for changes that are ordered. @default false */
  readonly isFifo?: boolean;
  /** How long the function may take. @default - of messages as the settings say, of changes two minutes */
  readonly timeoutSeconds?: number;
  /** @default - of messages a whole processor, of changes 1 GB */
  readonly memoryMb?: number;
  /** How many functions work through it at once. @default - as the settings say, which is also the most */
  readonly concurrency?: number;
}

type Queued = {
  readonly name: string;
  readonly triggers: readonly Trigger[];
  readonly queues?: readonly QueueDeclaration[];
};

interface DomainQueueOf<Of> extends Omit<QueueDeclaration, 'name'> {
  /** `consent`, `consent-mail`: what the queue, its functions and alarms are called by. */
  readonly key: string;
  /** Absent for the first one. */
  readonly name?: string;
  readonly triggers: readonly Of[];
}
export type MessageQueue = DomainQueueOf<QueueTrigger>;
export type ChangeQueue = DomainQueueOf<ChangeTrigger>;

/** The queues that bring a domain uploads, notices and messages. */
export const messageQueuesOf = ({ name: domain, triggers, queues = [] }: Queued): MessageQueue[] => {
  const all = triggers.filter((trigger) => trigger.on !== 'change');
  return [...Map.groupBy(all, ({ queue }) => queue)].map(([name, own]) => {
    if (name === undefined) return { key: domain, triggers: own };
    const declared = declaredAs(name, { domain, queues });
    if (declared.isFifo) throw new Error(`The queue ${name} of ${domain} is FIFO, which only queues of changes are.`);
    return { ...declared, key: `${domain}-${name}`, triggers: own };
  });
};

/** The queues that bring a domain changes, one for each trigger. */
export const changeQueuesOf = ({ name: domain, triggers, queues = [] }: Queued): ChangeQueue[] => {
  const all = triggers.filter((trigger) => trigger.on === 'change');
  const made = all.map((trigger): ChangeQueue => {
    const { queue: name = CHANGES_QUEUE, orderedBy } = trigger;
    const declared = trigger.queue === undefined ? declarationOf(name, queues) : declaredAs(name, { domain, queues });
    if ((orderedBy !== undefined) !== (declared?.isFifo ?? false))
      throw new Error(`The queue ${name} of ${domain} has to be FIFO if and only if its changes are ordered.`);
    return { ...declared, name, key: consumerName(domain, trigger), triggers: [trigger] };
  });
  if (new Set(made.map(({ key }) => key)).size < made.length)
    throw new Error(`Each change trigger of ${domain} needs a queue of its own.`);
  return made;
};

/** For how long the reader of the stream gathers changes: as the least patient of all consumers says. */
export const gatherSecondsOf = (domains: readonly Queued[]): number =>
  Math.min(GATHER_SECONDS, ...domains.flatMap(changeQueuesOf).flatMap(({ triggers }) => triggers.map(patienceOf)));

export const patienceOf = ({ gatherSeconds = GATHER_SECONDS }: ChangeTrigger): number => gatherSeconds;

/** A consumer's settings for the stream reader, without the address of its queue. */
export const consumersOf = (domains: readonly Queued[]): Omit<ChangeConsumer, 'url'>[] =>
  domains.flatMap(changeQueuesOf).flatMap(({ key: name, triggers }) =>
    triggers.map(({ kinds = changeKinds, sortKeyPrefixes, types, images, orderedBy }) => ({
      name,
      kinds: [...kinds],
      ...(sortKeyPrefixes && { sortKeyPrefixes: [...sortKeyPrefixes] }),
      ...(types && { types: [...types] }),
      images,
      isOrdered: orderedBy !== undefined,
    })),
  );

const declarationOf = (name: string, queues: readonly QueueDeclaration[]): QueueDeclaration | undefined =>
  queues.find((one) => one.name === name);

const declaredAs = (
  name: string,
  { domain, queues }: { readonly domain: string; readonly queues: readonly QueueDeclaration[] },
): QueueDeclaration => {
  const found = declarationOf(name, queues);
  if (!found) throw new Error(`${domain} has a trigger on the queue ${name}, which it does not declare.`);
  return found;
};
