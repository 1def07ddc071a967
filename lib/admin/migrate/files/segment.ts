import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import * as v from 'valibot';
import type { ApiClient } from '../transfer/api-client.ts';

/** Below the limits of a batch. */
const MAX_CALLS = 500;
const MAX_BYTES = 400 * 1024;

export interface SentCalls {
  readonly file: string;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Lines that are no JSON. */
  readonly unreadable: number;
  /** Why calls were rejected, each reason once. */
  readonly reasons: readonly string[];
}

const Answer = v.looseObject({
  accepted: v.nullish(v.number(), 0),
  duplicates: v.nullish(v.number(), 0),
  rejected: v.nullish(v.array(v.looseObject({ message: v.nullish(v.string(), '') })), []),
});

const Call = v.record(v.string(), v.unknown());

const MAX_REASONS = 20;

/**
 * Sends the raw calls of a file, one JSON object a line, as Segment's clients would. Each has a `messageId`, so sending
 * a file again changes nothing. `onBatch` gets the number of lines that are done: a later run skips as many.
 */
export const sendCalls = async (
  file: string,
  {
    api,
    skip = 0,
    onBatch = () => undefined,
  }: { readonly api: ApiClient; readonly skip?: number; readonly onBatch?: (lines: number) => void },
): Promise<SentCalls> => {
  let [accepted, duplicates, rejected, unreadable] = [0, 0, 0, 0];
  const reasons = new Set<string>();
  let batch: object[] = [];
  let bytes = 0;
  let line = 0;

  const flush = async (done: number): Promise<void> => {
    if (batch.length > 0) {
      const answer = v.parse(Answer, await api.post('/v1/batch', { batch }));
      accepted += answer.accepted;
      duplicates += answer.duplicates;
      rejected += answer.rejected.length;
      for (const { message } of answer.rejected) if (message && reasons.size < MAX_REASONS) reasons.add(message);
    }
    batch = [];
    bytes = 0;
    onBatch(done);
  };

  for await (const text of linesOf(file)) {
    line += 1;
    if (line <= skip || text.trim() === '') continue;
    const call = callIn(text);
    if (!call) {
      unreadable += 1;
      continue;
    }
    const size = Buffer.byteLength(JSON.stringify(call));
    if (batch.length >= MAX_CALLS || bytes + size > MAX_BYTES) await flush(line - 1);
    batch.push(call);
    bytes += size;
  }
  await flush(line);
  return { file, accepted, duplicates, rejected, unreadable, reasons: [...reasons] };
};

async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file);
  const input = file.toLowerCase().endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

/** Segment has corrected `timestamp` by the clocks already. With `sentAt` it would be corrected again. */
const callIn = (text: string): object | undefined => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Call), text);
  if (!parsed.success) return undefined;
  const { sentAt: _, originalTimestamp: __, receivedAt: ___, writeKey: ____, ...call } = parsed.output;
  return call;
};
