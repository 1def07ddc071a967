import type { DynamoDBRecord, SQSEvent, SQSRecord } from 'aws-lambda';
import { serveChanges } from '../../../functions/platform/changes/consumer.ts';
import { type Reader, serveStream } from '../../../functions/platform/changes/stream.ts';
import type { OutgoingMessage, SendOutcome } from '../../../functions/platform/queues/batch.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { consumersOf } from '../../../functions/platform/service/queues.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';

interface Waiting extends OutgoingMessage {
  readonly id: string;
  readonly receives: number;
}

/** What SQS may answer to a message instead of taking it. */
type Fault = (consumer: string, message: OutgoingMessage) => SendOutcome | undefined;

/** The reader of the stream and the consumers of some services, on queues in memory that work as SQS's do. */
export const startChanges = (declarations: readonly ServiceDeclaration[], services: () => Services) => {
  const queues = new Map<string, Waiting[]>();
  const deadLetters = new Map<string, string[]>();
  const notices: string[] = [];
  let fault: Fault = () => undefined;
  let ids = 0;
  const queueOf = (name: string): Waiting[] => queues.get(name) ?? [];
  const consumers: Reader['consumers'] = consumersOf(declarations).map((one) => ({
    ...one,
    url: '',
    queue: {
      sendBatch: async (messages) =>
        messages.map((message) => {
          const problem = fault(one.name, message);
          if (problem) return problem;
          queues.set(one.name, [...queueOf(one.name), { ...message, id: `m${++ids}`, receives: 0 }]);
          return { kind: 'sent' };
        }),
    },
  }));
  const reader = (): Reader => ({
    services: services(),
    consumers,
    notices: { sendRaw: async (body) => void notices.push(body) },
  });

  /** One round of Lambda's: each message is brought once. */
  const work = async (
    service: ServiceDeclaration,
    maxReceives = Number.POSITIVE_INFINITY,
    batchSize = 10,
  ): Promise<number> => {
    let failures = 0;
    for (const { name } of consumersOf([service])) {
      const sendRaw = async (body: string) => void deadLetters.set(name, [...(deadLetters.get(name) ?? []), body]);
      const serve = serveChanges(service, () => ({ services: services(), deadLetters: { sendRaw } }));
      const due = queueOf(name);
      const left: Waiting[] = [];
      for (let at = 0; at < due.length; at += batchSize) {
        const batch = due.slice(at, at + batchSize);
        const { batchItemFailures } = await serve(eventOf(batch));
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        failures += failed.size;
        for (const message of batch.filter(({ id }) => failed.has(id))) {
          if (message.receives + 1 >= maxReceives) await sendRaw(message.body);
          else left.push({ ...message, receives: message.receives + 1 });
        }
      }
      queues.set(name, left);
    }
    return failures;
  };

  return {
    read: (records: readonly DynamoDBRecord[]) => serveStream(reader)({ Records: [...records] }),
    work,
    /** Sends people's dead letters back to their queue. */
    redrive: (name: string): void => {
      const back = (deadLetters.get(name) ?? []).map((body) => ({ body, id: `m${++ids}`, receives: 0 }));
      queues.set(name, [...queueOf(name), ...back]);
      deadLetters.delete(name);
    },
    waiting: (name: string): readonly OutgoingMessage[] => queueOf(name),
    deadLetters: (name: string): readonly string[] => deadLetters.get(name) ?? [],
    notices,
    failWith: (other: Fault): void => {
      fault = other;
    },
  };
};

const eventOf = (messages: readonly Waiting[]): SQSEvent => ({
  Records: messages.map(
    ({ id, body, groupId }) =>
      // A record has more members, which nobody reads.
      ({
        messageId: id,
        body,
        attributes: groupId === undefined ? {} : { MessageGroupId: groupId },
      }) as unknown as SQSRecord,
  ),
});
