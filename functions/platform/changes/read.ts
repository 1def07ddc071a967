import { createHash } from 'node:crypto';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { errorFields, errorName, MESSAGE_FAILED } from '../log.ts';
import type { BatchQueue, OutgoingMessage } from '../queues/batch.ts';
import type { RawQueue } from '../queues/queue.ts';
import type { ChangeConsumer } from '../resources/change-consumer.ts';
import { readerFromEnvironment, type Services } from '../resources/services.ts';
import { type Change, changeIn, isWanted, withImages } from './change.ts';
import { type Packed, packAll } from './message.ts';
import { type SetAside, setAside } from './set-aside.ts';

export interface Reader {
  readonly services: Pick<Services, 'archive' | 'log' | 'now'>;
  readonly consumers: readonly (ChangeConsumer & { readonly queue: BatchQueue })[];
  /** Called for each change that was set aside. */
  readonly notices: RawQueue;
}

/**
 * Takes the table's stream and sends each change to the queues of those who want it. Lambda keeps the position: what could
 * not be sent is reported, and comes again with all behind it. What can't become a message is set aside, so that it stops
 * nothing.
 */
export const serveStream = (open: () => Reader = readerFromEnvironment) => {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const reader = open();
    const unsent: number[] = [];
    const changes: Change[] = [];
    const indexOf = new Map<string, number>();
    for (const [index, record] of Records.entries()) {
      const change = await convert(record, reader).catch((error: unknown) => {
        reader.services.log.error(MESSAGE_FAILED, { domain: 'changes', ...errorFields(error) });
        unsent.push(index);
      });
      if (!change) continue;
      changes.push(change);
      indexOf.set(change.position, index);
    }
    // One by one: a broken queue does not delay the consumers behind it, and memory holds one consumer's messages.
    for (const consumer of reader.consumers) {
      const failed = await fanOut(changes, consumer, reader);
      for (const { position } of failed) unsent.push(indexOf.get(position) ?? 0);
    }
    if (unsent.length === 0) return { batchItemFailures: [] };
    // The first is enough: Lambda goes back to it.
    const first = Records[Math.min(...unsent)]?.dynamodb?.SequenceNumber;
    if (first === undefined) throw new Error('A record of the stream has no number to go back to.');
    return { batchItemFailures: [{ itemIdentifier: first }] };
  };
};

const convert = async (record: DynamoDBRecord, reader: Reader): Promise<Change | undefined> => {
  try {
    return changeIn(record);
  } catch (error) {
    const position = record.dynamodb?.SequenceNumber ?? record.eventID ?? '';
    await putAside({ consumer: 'all', position, reason: errorName(error), content: record }, reader);
    return undefined;
  }
};

const putAside = async (what: SetAside, { services, notices }: Reader): Promise<void> => {
  const { archive, log, now } = services;
  const key = await setAside(what, { files: archive(), notices, now });
  const { consumer, position, reason } = what;
  log.error(MESSAGE_FAILED, { domain: 'changes', consumer, position, reason, key });
};

/** Sends a consumer what it wants, and answers what it could not be sent. */
const fanOut = async (
  changes: readonly Change[],
  consumer: Reader['consumers'][number],
  reader: Reader,
): Promise<readonly Change[]> => {
  const { name, images, isOrdered } = consumer;
  const own = changes.filter((change) => isWanted(change, consumer)).map((change) => withImages(change, images));
  if (own.length === 0) return [];
  const groups = isOrdered ? Map.groupBy(own, ({ key }) => key.pk) : new Map([['', own]]);
  const packed: (readonly [string, Awaited<ReturnType<typeof packAll>>])[] = [];
  for (const [group, some] of groups) packed.push([group, await packAll(name, some)]);
  const failed: Change[] = [];
  // A profile's second message goes when its first one is there.
  const rounds = Math.max(...packed.map(([, messages]) => messages.length));
  const broken = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const due = packed.flatMap(([group, messages]) => {
      const message = messages[round];
      return message ? [{ group, ...message }] : [];
    });
    const sent = await sendRound(due, broken, { consumer, reader });
    failed.push(...sent);
  }
  return failed;
};

interface Due extends Packed {
  readonly group: string;
  readonly isTooLarge: boolean;
}

const sendRound = async (
  due: readonly Due[],
  broken: Set<string>,
  { consumer, reader }: { readonly consumer: Reader['consumers'][number]; readonly reader: Reader },
): Promise<Change[]> => {
  const open = due.filter(({ group }) => !broken.has(group));
  const failed = due.filter(({ group }) => broken.has(group));
  const toSend = open.filter(({ isTooLarge }) => !isTooLarge);
  const outcomes = await consumer.queue.sendBatch(toSend.map((one) => outgoing(one, consumer)));
  const refused = new Map<Due, string>(open.filter(({ isTooLarge }) => isTooLarge).map((one) => [one, 'TooLarge']));
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
    await putAside({ consumer: consumer.name, position, reason, content }, reader).catch((error: unknown) => {
      reader.services.log.error(MESSAGE_FAILED, { domain: 'changes', consumer: consumer.name, ...errorFields(error) });
      failed.push(message);
    });
  }
  for (const { group } of failed) broken.add(group);
  return failed.flatMap(({ changes }) => changes);
};

/** A message that is sent again within five minutes is one to a FIFO queue. */
const outgoing = ({ body, group, changes }: Due, { name, isOrdered }: ChangeConsumer): OutgoingMessage => ({
  body,
  ...(isOrdered && {
    groupId: digest(group),
    deduplicationId: digest([name, ...changes.map(({ position }) => position)].join('\n')),
  }),
});

/** SQS takes 128 characters, and not all that a key may have. */
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
