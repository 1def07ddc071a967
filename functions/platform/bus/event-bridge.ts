import {
  EventBridgeClient,
  type EventBridgeClientConfig,
  PutEventsCommand,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { timeouts } from '../timeouts.ts';
import type { Bus, BusEvent, Refusal } from './bus.ts';

const SOURCE = 'tributary';
/** EventBridge's limits of a call. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;
/** The time of an entry counts as this many bytes. */
const TIME_BYTES = 14;
/** The error of an entry that no repetition helps. */
const UNREADABLE = 'MalformedDetail';
/** Events that come together share a call. */
const GATHER_MS = 10;

interface Waiting {
  readonly event: BusEvent;
  readonly bytes: number;
  readonly done: (refusal: Refusal) => void;
  readonly fail: (error: unknown) => void;
}

/** Puts events in as few calls as their number and size allow. Each has its own outcome. */
export const openEventBridge = (bus: string, config: EventBridgeClientConfig = {}): Pick<Bus, 'put'> => {
  const client = new EventBridgeClient({ maxAttempts: 2, requestHandler: timeouts, ...config });
  let waiting: Waiting[] = [];

  const send = async (batch: readonly Waiting[]): Promise<void> => {
    const Entries = batch.map(({ event: { type, detail, at } }) => ({
      EventBusName: bus,
      Source: SOURCE,
      DetailType: type,
      Detail: detail,
      Time: at,
    }));
    try {
      const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries }));
      for (const [index, one] of batch.entries()) settle(one, results[index]);
    } catch (error) {
      for (const { fail } of batch) fail(error);
    }
  };

  const flush = async (): Promise<void> => {
    const batches = batchesOf(waiting);
    waiting = [];
    await Promise.all(batches.map(send));
  };

  return {
    put: (event) =>
      new Promise((done, fail) => {
        const bytes = bytesOf(event);
        if (bytes > MAX_BYTES) return done(`The event has ${bytes} bytes; EventBridge allows ${MAX_BYTES}.`);
        // `flush` passes every error to those that wait.
        if (waiting.length === 0) setTimeout(() => void flush(), GATHER_MS);
        waiting.push({ event, bytes, done, fail });
      }),
  };
};

const settle = ({ done, fail }: Waiting, result: PutEventsResultEntry | undefined): void => {
  if (result?.EventId !== undefined) done(undefined);
  else if (result?.ErrorCode === UNREADABLE)
    done(`EventBridge cannot read the event: ${result.ErrorMessage ?? UNREADABLE}`);
  else fail(new Error(`EventBridge refused the event: ${result?.ErrorCode ?? 'no answer'}.`));
};

const bytesOf = ({ type, detail }: BusEvent): number =>
  TIME_BYTES + SOURCE.length + Buffer.byteLength(type) + Buffer.byteLength(detail);

const batchesOf = (all: readonly Waiting[]): Waiting[][] => {
  const batches: Waiting[][] = [];
  let bytes = 0;
  for (const one of all) {
    const last = batches.at(-1);
    if (last && last.length < MAX_ENTRIES && bytes + one.bytes <= MAX_BYTES) {
      last.push(one);
      bytes += one.bytes;
    } else {
      batches.push([one]);
      bytes = one.bytes;
    }
  }
  return batches;
};
