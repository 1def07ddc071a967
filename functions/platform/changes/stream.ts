import { createHash } from 'node:crypto';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { errorFields, errorName, MESSAGE_FAILED } from '../log.ts';
import type { BatchQueue, OutgoingMessage } from '../queues/batch.ts';
import type { RawQueue } from '../queues/queue.ts';
import type { ChangeConsumer } from '../resources/change-consumer.ts';
import { readerFromEnvironment, type Services } from '../resources/services.ts';
import { type Change, matchesFilter, selectImages, toChange } from './change.ts';
import { type PackedMessage, packMessages } from './message.ts';
import { setAside, type UndeliverableContent } from './set-aside.ts';

export interface Reader {
  readonly services: Pick<Services, 'archive' | 'log' | 'now'>;
  readonly consumers: readonly (ChangeConsumer & { readonly queue: BatchQueue })[];
  /** Receives a notice for each change that was set aside. */
  readonly notices: RawQueue;
}

/**
 * Reads the table's stream and sends each change to the queues of the consumers that asked for it. Lambda keeps the
 * position: the handler reports the first record that it could not send, and Lambda delivers it again with all later
 * ones. Records that cannot become a message are set aside, so that they do not block the stream.
 */
export const serveStream = (openReader: () => Reader = readerFromEnvironment) => {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const reader = openReader();
    const failedIndexes: number[] = [];
    const changes: Change[] = [];
    const indexByPosition = new Map<string, number>();
    for (const [index, record] of Records.entries()) {
      const change = await convertRecord(record, reader).catch((error: unknown) => {
        reader.services.log.error(MESSAGE_FAILED, { domain: 'changes', ...errorFields(error) });
        failedIndexes.push(index);
      });
      if (!change) continue;
      changes.push(change);
      indexByPosition.set(change.position, index);
    }
    // One consumer at a time: a failing queue does not delay the other consumers, and memory holds the messages of one
    // consumer only.
    for (const consumer of reader.consumers) {
      const undelivered = await fanOut(changes, consumer, reader);
      for (const { position } of undelivered) failedIndexes.push(indexByPosition.get(position) ?? 0);
    }
    if (failedIndexes.length === 0) return { batchItemFailures: [] };
    // Lambda retries from the first failed record.
    const first = Records[Math.min(...failedIndexes)]?.dynamodb?.SequenceNumber;
    if (first === undefined) throw new Error('A stream record has no sequence number to retry from.');
    return { batchItemFailures: [{ itemIdentifier: first }] };
  };
};

const convertRecord = async (record: DynamoDBRecord, reader: Reader): Promise<Change | undefined> => {
  try {
    return toChange(record);
  } catch (error) {
    const position = record.dynamodb?.SequenceNumber ?? record.eventID ?? '';
    await setAsideAndLog({ consumer: 'all', position, reason: errorName(error), content: record }, reader);
    return undefined;
  }
};

const setAsideAndLog = async (content: UndeliverableContent, { services, notices }: Reader): Promise<void> => {
  const { archive, log, now } = services;
  const key = await setAside(content, { files: archive(), notices, now });
  const { consumer, position, reason } = content;
  log.error(MESSAGE_FAILED, { domain: 'changes', consumer, position, reason, key });
};

/** Sends a consumer its changes. Returns the changes that could not be sent. */
const fanOut = async (
  changes: readonly Change[],
  consumer: Reader['consumers'][number],
  reader: Reader,
): Promise<readonly Change[]> => {
  const { name, isOrdered, lanes } = consumer;
  const wanted = changes
    .filter((change) => matchesFilter(change, consumer))
    .map((change) => selectImages(change, consumer));
  if (wanted.length === 0) return [];
  const groups = isOrdered
    ? Map.groupBy(wanted, ({ key }) => (lanes === undefined ? key.pk : laneOf(key.pk, lanes)))
    : new Map([['', wanted]]);
  const packedGroups: (readonly [string, Awaited<ReturnType<typeof packMessages>>])[] = [];
  for (const [group, changesOfGroup] of groups) packedGroups.push([group, await packMessages(name, changesOfGroup)]);
  const failedChanges: Change[] = [];
  // The second message of a group is sent after the first one was accepted.
  const rounds = Math.max(...packedGroups.map(([, messages]) => messages.length));
  const failedGroups = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const roundMessages = packedGroups.flatMap(([group, messages]) => {
      const message = messages[round];
      return message ? [{ group, ...message }] : [];
    });
    const failedInRound = await sendRound(roundMessages, failedGroups, { consumer, reader });
    failedChanges.push(...failedInRound);
  }
  return failedChanges;
};

interface GroupMessage extends PackedMessage {
  readonly group: string;
  readonly isTooLarge: boolean;
}

const sendRound = async (
  messages: readonly GroupMessage[],
  failedGroups: Set<string>,
  { consumer, reader }: { readonly consumer: Reader['consumers'][number]; readonly reader: Reader },
): Promise<Change[]> => {
  const sendable = messages.filter(({ group }) => !failedGroups.has(group));
  const failed = messages.filter(({ group }) => failedGroups.has(group));
  const toSend = sendable.filter(({ isTooLarge }) => !isTooLarge);
  const outcomes = await consumer.queue.sendBatch(toSend.map((message) => toOutgoingMessage(message, consumer)));
  const refused = new Map<GroupMessage, string>(
    sendable.filter(({ isTooLarge }) => isTooLarge).map((message) => [message, 'TooLarge']),
  );
  for (const [index, outcome] of outcomes.entries()) {
    const message = toSend[index];
    if (!message || outcome.kind === 'sent') continue;
    if (outcome.kind === 'refused') refused.set(message, outcome.code);
    else failed.push(message);
    reader.services.log.error(MESSAGE_FAILED, { domain: 'changes', consumer: consumer.name, code: outcome.code });
  }
  for (const [message, reason] of refused) {
    const { changes: content } = message;
    const position = content[0]?.position ?? '';
    await setAsideAndLog({ consumer: consumer.name, position, reason, content }, reader).catch((error: unknown) => {
      reader.services.log.error(MESSAGE_FAILED, { domain: 'changes', consumer: consumer.name, ...errorFields(error) });
      failed.push(message);
    });
  }
  for (const { group } of failed) failedGroups.add(group);
  return failed.flatMap(({ changes }) => changes);
};

/** A FIFO queue drops a message that is sent twice within five minutes. */
const toOutgoingMessage = (
  { body, group, changes }: GroupMessage,
  { name, isOrdered }: ChangeConsumer,
): OutgoingMessage => ({
  body,
  ...(isOrdered && {
    groupId: hash(group),
    deduplicationId: hash([name, ...changes.map(({ position }) => position)].join('\n')),
  }),
});

/** Changes of one partition key are always in the same lane. */
const laneOf = (pk: string, lanes: number): string => `lane ${Number.parseInt(hash(pk).slice(0, 8), 16) % lanes}`;

/** SQS limits ids to 128 characters, and does not accept every character of a key. */
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
