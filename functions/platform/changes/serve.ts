import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { errorFields, MESSAGE_FAILED } from '../log.ts';
import type { RawQueue } from '../queues/queue.ts';
import { changeWorkerFromEnvironment, type Services } from '../resources/services.ts';
import { packAll, unpack } from './message.ts';
import { type ChangeTrigger, consumerName } from './trigger.ts';

export interface ChangeWorker {
  readonly services: Services;
  /** Where changes lie that the trigger will never be able to handle. */
  readonly deadLetters: RawQueue;
}

interface Consuming {
  readonly name: string;
  readonly triggers: readonly (ChangeTrigger | { readonly on: string })[];
}

/**
 * Brings changes to the trigger whose queue they came by. A message whose trigger throws comes again by itself, for two
 * days; of a profile whose changes are in order, those behind it wait.
 */
export const serveChanges = (domain: Consuming, open: () => ChangeWorker = changeWorkerFromEnvironment) => {
  const triggers = new Map(changeTriggersIn(domain).map((one) => [consumerName(domain.name, one), one]));

  const work = async (records: readonly SQSRecord[], worker: ChangeWorker): Promise<void> => {
    const [{ messageId, attributes } = { messageId: '', attributes: undefined }] = records;
    const opened = [];
    for (const { body } of records) opened.push(await unpack(body));
    for (const [consumer, messages] of Map.groupBy(opened, (one) => one.consumer)) {
      const trigger = triggers.get(consumer);
      if (!trigger) throw new Error(`${domain.name} has no trigger for the changes of ${consumer}.`);
      const all = messages.flatMap(({ changes }) => changes);
      const unhandled = await trigger.handle(all, worker.services);
      if (unhandled.length === 0) continue;
      // Sent back to the queue by a person they are tried again: the message is one like any other.
      const groupId = attributes?.MessageGroupId;
      for (const [index, { body }] of (await packAll(consumer, unhandled)).entries()) {
        const ordered = groupId === undefined ? {} : { groupId, deduplicationId: `${messageId}-${index}` };
        await worker.deadLetters.sendRaw(body, ordered);
      }
      worker.services.log.error(MESSAGE_FAILED, { consumer, messageId, setAside: unhandled.length });
    }
  };

  const workAlone = async (record: SQSRecord, worker: ChangeWorker): Promise<boolean> => {
    try {
      await work([record], worker);
      return true;
    } catch (error) {
      const { messageId } = record;
      worker.services.log.error(MESSAGE_FAILED, { domain: domain.name, messageId, ...errorFields(error) });
      return false;
    }
  };

  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const worker = open();
    if (Records.length > 1 && Records.every((record) => groupOf(record) === undefined)) {
      // All together are one piece of work, unless one of them is to blame.
      const isDone = await work(Records, worker).then(
        () => true,
        () => false,
      );
      if (isDone) return { batchItemFailures: [] };
    }
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    const waiting = new Set<string>();
    for (const record of Records) {
      const { messageId } = record;
      const group = groupOf(record);
      const isBehind = group !== undefined && waiting.has(group);
      const isDone = !isBehind && (await workAlone(record, worker));
      if (isDone) continue;
      batchItemFailures.push({ itemIdentifier: messageId });
      if (group !== undefined) waiting.add(group);
    }
    return { batchItemFailures };
  };
};

const groupOf = ({ attributes }: SQSRecord): string | undefined => attributes?.MessageGroupId;

const changeTriggersIn = ({ triggers }: Consuming): ChangeTrigger[] =>
  triggers.filter((trigger) => trigger.on === 'change' && 'images' in trigger);
