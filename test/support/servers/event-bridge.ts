import * as v from 'valibot';
import { serveLocally } from './serve-locally.ts';

const Entry = v.object({
  EventBusName: v.string(),
  Source: v.string(),
  DetailType: v.string(),
  Detail: v.string(),
});
const Call = v.object({ Entries: v.array(Entry) });

type Entry = v.InferOutput<typeof Entry>;

/** What EventBridge answers for an entry: accepted, or an error code. */
type Answer = (entry: Entry) => string | undefined;

/** EventBridge as the SDK sees it: takes calls of PutEvents, and can refuse single entries or all. */
export const startEventBridge = async () => {
  const calls: Entry[][] = [];
  const accepted: Entry[] = [];
  let refusing: Answer = () => undefined;
  let status = 200;
  const endpoint = await serveLocally((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const { Entries } = v.parse(Call, JSON.parse(text));
      calls.push(Entries);
      const results = Entries.map((entry) => {
        const ErrorCode = status === 200 ? refusing(entry) : 'none';
        if (ErrorCode !== undefined) return { ErrorCode, ErrorMessage: ErrorCode };
        accepted.push(entry);
        return { EventId: String(accepted.length) };
      });
      const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
      const body = status === 200 ? { FailedEntryCount, Entries: results } : { __type: 'InternalException' };
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
  });
  return {
    config: { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
    calls,
    accepted,
    refuse: (answer: Answer) => {
      refusing = answer;
    },
    answerStatus: (other: number) => {
      status = other;
    },
  };
};
