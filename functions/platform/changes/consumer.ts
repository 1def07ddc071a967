import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { errorFields, MESSAGE_FAILED } from '../log.ts';
import type { RawQueue } from '../queues/queue.ts';
import { changeWorkerFromEnvironment, type Services } from '../resources/services.ts';
import { packMessages, unpackMessage } from './message.ts';
import { type ChangeTrigger, consumerName } from './trigger.ts';

export interface ChangeWorker {
  readonly services: Services;
  /** For changes that the trigger can never handle. */
  readonly deadLetters: RawQueue;
}

interface ChangeService {
  readonly name: string;
  readonly triggers: readonly (ChangeTrigger | { readonly on: string })[];
}

/**
 * Passes changes to the trigger whose queue delivered them. SQS redelivers a message whose trigger threw, for two days.
 * In an ordered queue, later messages of the same group wait.
 */
export const serveChanges = (service: ChangeService, openWorker: () => ChangeWorker = changeWorkerFromEnvironment) => {
  const triggers = new Map(changeTriggersOf(service).map((one) => [consumerName(service.name, one), one]));

  const handleRecords = async (records: readonly SQSRecord[], worker: ChangeWorker): Promise<void> => {
    const [{ messageId, attributes } = { messageId: '', attributes: undefined }] = records;
    const unpackedMessages = [];
    for (const { body } of records) unpackedMessages.push(await unpackMessage(body));
    for (const [consumer, messages] of Map.groupBy(unpackedMessages, (one) => one.consumer)) {
      const trigger = triggers.get(consumer);
      if (!trigger) throw new Error(`${service.name} has no trigger for the changes of ${consumer}.`);
      const changes = messages.flatMap(({ changes }) => changes);
      const unhandled = await trigger.handle(changes, worker.services);
      if (unhandled.length === 0) continue;
      // An operator can send the message back to its queue, where it is handled like any other.
      const groupId = attributes?.MessageGroupId;
      for (const [index, { body }] of (await packMessages(consumer, unhandled)).entries()) {
        const fifoOptions = groupId === undefined ? {} : { groupId, deduplicationId: `${messageId}-${index}` };
        await worker.deadLetters.sendRaw(body, fifoOptions);
      }
      worker.services.log.error(MESSAGE_FAILED, { consumer, messageId, setAside: unhandled.length });
    }
  };

  const handleRecord = async (record: SQSRecord, worker: ChangeWorker): Promise<boolean> => {
    try {
      await handleRecords([record], worker);
      return true;
    } catch (error) {
      const { messageId } = record;
      worker.services.log.error(MESSAGE_FAILED, { domain: service.name, messageId, ...errorFields(error) });
      return false;
    }
  };

  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const worker = openWorker();
    if (Records.length > 1 && Records.every((record) => groupOf(record) === undefined)) {
      // Handle all records in one call, unless one of them fails.
      const isDone = await handleRecords(Records, worker).then(
        () => true,
        () => false,
      );
      if (isDone) return { batchItemFailures: [] };
    }
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    const blockedGroups = new Set<string>();
    for (const record of Records) {
      const { messageId } = record;
      const group = groupOf(record);
      const isBlocked = group !== undefined && blockedGroups.has(group);
      const isDone = !isBlocked && (await handleRecord(record, worker));
      if (isDone) continue;
      batchItemFailures.push({ itemIdentifier: messageId });
      if (group !== undefined) blockedGroups.add(group);
    }
    return { batchItemFailures };
  };
};

const groupOf = ({ attributes }: SQSRecord): string | undefined => attributes?.MessageGroupId;

const changeTriggersOf = ({ triggers }: ChangeService): ChangeTrigger[] =>
  triggers.filter((trigger) => trigger.on === 'change' && 'images' in trigger);
